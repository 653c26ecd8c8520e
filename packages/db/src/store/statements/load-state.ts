import {
  InvariantError,
  layered,
  NOTHING_REMEMBERED,
  type Arrival,
  type DefinitionId,
  type ExecutionId,
  type FlowMemory,
  type InstanceId,
  type InstanceState,
  type JsonObject,
  type KeptSignal,
  type LiveStepStatus,
  type PendingReason,
  type StateNeeds,
  type Token,
  type UndoableStep,
  type Wait,
  type WorkflowStatus,
} from "@drover/engine";
import type { Sql } from "postgres";

/*
 * `offset 0` keeps the planner from turning a look at one row by its id round: prepared on empty
 * tables it would read all the live rows of an instance, thousands of them, to find one.
 */

const NEEDED = `needed cross join lateral (
    select * from workflow_step_executions x where x.id = needed.id offset 0) e`;

const LIVE = "('pending', 'scheduled', 'running', 'waiting')";

/** The instance, the tokens that `tokens` names, and what ended executions have not folded yet. */
const stateOf = (instance: string, tokens: string, signals: string) => `
select i.id, i.definition_id, i.status, i.version, i.sequence, i.terminal_reached, i.live_tokens,
  i.active_tokens, i.flow_memory, i.parent_instance_id, i.parent_execution_id, i.parent_waits,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'id', e.id, 'step_name', e.step_name, 'status', e.status, 'attempt', e.attempt,
      'arrivals', e.arrivals, 'group_id', e.group_id, 'member_index', e.member_index,
      'item_id', e.item_id, 'undoes', e.undoes, 'wait', e.wait, 'pending_for', e.pending_for
    ) order by e.id), '[]')
   from ${tokens}
  ) as tokens,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'sequence', e.sequence, 'changes', e.context_changes) order by e.sequence), '[]')
   from workflow_step_executions e
   where e.instance_id = i.id and not e.is_item and e.sequence > i.sequence
  ) as unfolded,
  ${signals} as signals
from workflow_instances i where i.id = ${instance}`;

/**
 * All that the core needs of some instances to decide about some events, each as of one moment: one
 * statement sees one snapshot, so the row, its tokens and what they have not folded belong together.
 *
 * Of each are named the executions, tasks and timers of the events, and how many members of each map
 * may get their turn. Read are the tokens of the workflow itself, the named ones with the groups
 * around them, and the members whose turn comes next.
 */
export const LOAD_STATES = `
select wanted.n, state.*
from jsonb_to_recordset($1::text::jsonb) as wanted(
  n int, id uuid, executions uuid[], tasks uuid[], timers uuid[], turns int)
cross join lateral (
with recursive named as (
  select unnest(wanted.executions) as id
  union select step_execution_id from workflow_human_tasks where id = any(wanted.tasks)
  union select step_execution_id from workflow_timers where id = any(wanted.timers)),
around as (
  select e.id, e.group_id, e.wait from named
  cross join lateral (select * from workflow_step_executions x where x.id = named.id offset 0) e
  where e.instance_id = wanted.id and e.group_id is not null and e.status in ${LIVE}
  union
  select g.id, g.group_id, g.wait from around
  cross join lateral (
    select * from workflow_step_executions x where x.id = around.group_id offset 0) g
  where g.status in ${LIVE}),
turns as (
  select m.id from around g cross join lateral (
    select m.id from workflow_step_executions m
    where m.group_id = g.id and m.member_index >= (g.wait->>'next')::int and m.status = 'pending'
    order by m.member_index limit wanted.turns) m
  where g.wait->>'kind' = 'group' and (g.wait->>'next')::int < (g.wait->>'size')::int),
needed as (
  select id from workflow_step_executions
  where instance_id = wanted.id and group_id is null and status in ${LIVE}
  union select id from around
  union select id from turns)
${stateOf("wanted.id", NEEDED, "null")}
) state
where wanted.n = abs(wanted.n) -- expects one row: see commit-statement.ts`;

/** As LOAD_STATES for one, with every token and every signal that is kept. */
export const LOAD_WHOLE_STATE = stateOf(
  "$1",
  `workflow_step_executions e where e.instance_id = i.id and e.status in ${LIVE}`,
  `(select coalesce(jsonb_agg(jsonb_build_object(
      'signalId', s.id, 'name', s.name, 'payload', s.payload) order by s.id), '[]')
    from workflow_signals s where s.instance_id = i.id and s.taken_at is null)`,
);

/**
 * What succeeded last and could be undone ($2: names of the steps that can be). Read
 * apart from the state: whatever ends in between changes a token that the decision is guarded by.
 */
export const LOAD_UNDOABLE = `
select e.id as "executionId", e.step_name as "stepName" from workflow_step_executions e
where e.instance_id = $1 and e.is_item in (false, true) and e.sequence is not null
  and e.status = 'succeeded' and e.undoes is null and e.step_name = any($2::text[])
  and not exists (select 1 from workflow_step_executions u where u.undoes = e.id)
order by e.sequence desc limit 1`;

interface StateRow {
  readonly id: InstanceId;
  readonly definition_id: DefinitionId;
  readonly status: WorkflowStatus;
  readonly version: number;
  readonly sequence: number;
  readonly terminal_reached: boolean;
  readonly live_tokens: number;
  readonly active_tokens: number;
  readonly flow_memory: FlowMemory | null;
  readonly parent_instance_id: InstanceId | null;
  readonly parent_execution_id: ExecutionId | null;
  readonly parent_waits: boolean;
  readonly tokens: readonly TokenRow[];
  readonly unfolded: readonly UnfoldedRow[];
  readonly signals: readonly SignalRow[] | null;
}

interface TokenRow {
  readonly id: ExecutionId;
  readonly step_name: string;
  readonly status: LiveStepStatus;
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
  readonly group_id: ExecutionId | null;
  readonly member_index: number | null;
  readonly item_id: ExecutionId | null;
  readonly undoes: ExecutionId | null;
  readonly wait: Wait | null;
  readonly pending_for: PendingReason | null;
}

/** What an ended execution has left that its instance's row does not hold yet. */
interface UnfoldedRow {
  readonly sequence: number;
  readonly changes: JsonObject | null;
}

interface SignalRow extends Omit<KeptSignal, "payload"> {
  readonly payload: { readonly v: KeptSignal["payload"] };
}

/** What is to be read of an instance. */
export interface StateRequest {
  readonly instanceId: InstanceId;
  readonly needs: Extract<StateNeeds, { kind: "part" }>;
}

/** @returns in the order of the requests; null where there is no such instance */
export async function loadStates(
  sql: Sql,
  requests: readonly StateRequest[],
): Promise<(InstanceState | null)[]> {
  const wanted = requests.map(({ instanceId, needs }, n) => {
    const { executions, tasks, timers, turns } = needs;
    return { n, id: instanceId, executions, tasks, timers, turns };
  });
  const rows = await sql.unsafe<(StateRow & { readonly n: number })[]>(
    LOAD_STATES,
    [JSON.stringify(wanted)],
    { prepare: true },
  );
  const found = new Map(rows.map((row) => [row.n, row]));
  return requests.map((_, n) => {
    const row = found.get(n);
    return row === undefined ? null : stateOfRow(row);
  });
}

/** @returns null when there is no such instance */
export async function loadWholeState(sql: Sql, id: InstanceId): Promise<InstanceState | null> {
  const [row] = await sql.unsafe<StateRow[]>(LOAD_WHOLE_STATE, [id], { prepare: true });
  return row === undefined ? null : stateOfRow(row);
}

/** @param compensatingSteps names of the steps that can be undone */
export async function loadUndoable(
  sql: Sql,
  id: InstanceId,
  compensatingSteps: readonly string[],
): Promise<UndoableStep[]> {
  const rows = await sql.unsafe<UndoableStep[]>(LOAD_UNDOABLE, [id, [...compensatingSteps]], {
    prepare: true,
  });
  return [...rows];
}

function stateOfRow(row: StateRow): InstanceState {
  const tokens = row.tokens.map(tokenOf);
  const active = tokens.filter(({ status }) => status === "scheduled" || status === "running");
  return {
    id: row.id,
    definitionId: row.definition_id,
    status: row.status,
    version: row.version,
    sequence: row.unfolded.at(-1)?.sequence ?? row.sequence,
    terminalReached: row.terminal_reached,
    unfolded: layered(row.unfolded.map((ended) => ended.changes)),
    tokens,
    hidden: {
      live: row.live_tokens - tokens.length,
      active: row.active_tokens - active.length,
    },
    memory: row.flow_memory ?? NOTHING_REMEMBERED,
    signals: row.signals?.map((signal) => ({ ...signal, payload: signal.payload.v })) ?? null,
    undoable: null,
    parent: parentOf(row),
  };
}

/** The step that waits for an instance's end; where none waits, nobody is told. */
export function parentOf(row: {
  readonly parent_instance_id: InstanceId | null;
  readonly parent_execution_id: ExecutionId | null;
  readonly parent_waits: boolean;
}): InstanceState["parent"] {
  const { parent_instance_id: instanceId, parent_execution_id: executionId } = row;
  if (instanceId === null || executionId === null || !row.parent_waits) return null;
  return { instanceId, executionId };
}

function tokenOf(row: TokenRow): Token {
  const base = {
    executionId: row.id,
    stepName: row.step_name,
    attempt: row.attempt,
    arrivals: row.arrivals,
    membership: membershipOf(row),
    undoes: row.undoes,
  };
  if (row.status === "scheduled" || row.status === "running") {
    return { ...base, status: row.status };
  }
  if (row.status === "pending" && row.pending_for !== null) {
    return { ...base, status: "pending", pendingFor: row.pending_for };
  }
  if (row.status === "waiting" && row.wait !== null) {
    return { ...base, status: "waiting", wait: row.wait };
  }
  throw new InvariantError(`execution ${row.id} is ${row.status}, not live`);
}

/** Where an execution stands inside a group, from its columns. */
export function membershipOf(
  row: Pick<TokenRow, "group_id" | "member_index" | "item_id">,
): Token["membership"] {
  if (row.group_id === null || row.member_index === null) return null;
  return { groupId: row.group_id, index: row.member_index, itemId: row.item_id };
}
