import {
  CALLBACK_INDEX,
  layered,
  NOTHING_REMEMBERED,
  RECENT_STEPS,
  type Arrival,
  type ClaimedStep,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type ExecutionId,
  type FlowMemory,
  type InstanceId,
  type JsonObject,
  type JsonValue,
  type MemberRecord,
  type Resumption,
  type StepError,
  type StepRecord,
  type StepStatus,
} from "@drover/engine";
import type { Sql } from "postgres";
import { membershipOf, parentOf } from "./load-state.ts";

/**
 * Takes scheduled executions for a worker, with all it needs to run them. Of a long history it
 * reads what `recentHistory` in the engine says; of what works on items of a map only what has sent
 * the token on. What undoes a step sees that step's own run last, and its item. Groups that go on and their callbacks get what the members came to.
 *
 * Guard: still scheduled, under the attempt that the job names, of a definition whose code the
 * worker has, and lost less often than it can bear now (null: however often). The status comes as a value: written out, the planner would take the index of all that
 * is scheduled, which is short on the day of the plan and long later. Locks are taken in the order of ids, as by every statement.
 */
export const CLAIM_EXECUTIONS = `
with wanted as materialized (
  select * from jsonb_to_recordset($1::text::jsonb) as x(
    n int, id uuid, attempt int, status text, worker_id uuid, definitions uuid[],
    lost_less_than int)
  where x.n = abs(x.n)), -- expects one row: see commit-statement.ts
free as materialized (
  select c.n, c.worker_id, c.definitions, w.id, w.instance_id,
    coalesce(w.lost_attempts >= c.lost_less_than, false) as is_suspect
  from wanted c join workflow_step_executions w
    on w.id = c.id and w.attempt = c.attempt and w.status = c.status
  order by w.id for no key update of w),
claimed as (
  update workflow_step_executions w set
    status = 'running', worker_id = free.worker_id,
    context_sequence = greatest(i.sequence, (
      select max(h.sequence) from workflow_step_executions h
      where h.instance_id = i.id and not h.is_item)),
    started_at = coalesce(w.started_at, now()), updated_at = now()
  from free join workflow_instances i on i.id = free.instance_id
  where w.id = free.id and i.definition_id = any(free.definitions) and not free.is_suspect
  returning free.n, w.id, w.instance_id, w.step_name, w.attempt, w.failed_tries, w.lost_attempts,
    w.heartbeat_details, w.arrivals, w.input_data, w.group_id, w.member_index, w.item_id, w.undoes)
select free.n, c.id, c.instance_id, c.step_name, c.attempt, c.failed_tries, c.lost_attempts,
  free.is_suspect and exists (
    select 1 from workflow_instances known
    where known.id = free.instance_id and known.definition_id = any(free.definitions)) as is_suspect,
  c.heartbeat_details,
  c.arrivals, c.input_data, c.group_id, c.member_index, c.item_id, c.undoes,
  i.definition_id, i.version, i.sequence, i.status, i.terminal_reached, i.live_tokens,
  i.flow_memory, i.parent_instance_id, i.parent_execution_id, i.parent_waits, i.depth,
  i.context_data, i.metadata, i.started_at::text, i.created_by, i.tenant_id, history.records,
  item.item_data, item.member_index as item_index,
  case when undone.id is not null then jsonb_build_object(
    'id', undone.id, 'step_name', undone.step_name, 'status', undone.status,
    'output', undone.output_data, 'error', undone.error, 'started_at', undone.started_at,
    'completed_at', undone.completed_at, 'sequence', undone.sequence) end as undone, child.output as child_output, members.records as members
from free
left join claimed c on c.n = free.n
left join workflow_instances i on i.id = c.instance_id
left join lateral (
  select max(h.sequence) as latest from workflow_step_executions h
  where h.instance_id = c.instance_id and not h.is_item
) ended on true
left join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', h.id, 'step_name', h.step_name, 'status', h.status, 'output', h.output_data,
    'error', h.error, 'started_at', h.started_at, 'completed_at', h.completed_at,
    'sequence', h.sequence,
    'changes', case when h.sequence > i.sequence then h.context_changes end
  ) order by h.sequence), '[]') as records
  from (
    select recent.* from workflow_step_executions recent
    where recent.instance_id = c.instance_id and not recent.is_item and recent.undoes is null
      and recent.sequence > ended.latest - ${RECENT_STEPS}
    union all (
      select distinct on (earlier.step_name) earlier.* from workflow_step_executions earlier
      where earlier.instance_id = c.instance_id and not earlier.is_item and earlier.undoes is null
        and ended.latest > ${RECENT_STEPS} and earlier.sequence <= ended.latest - ${RECENT_STEPS} and earlier.status = 'succeeded'
      order by earlier.step_name, earlier.sequence desc)
    union all
    select sender.* from jsonb_array_elements(c.arrivals) arrival
    cross join lateral (
      select * from workflow_step_executions x
      where x.id = (arrival->>'executionId')::uuid offset 0) sender
    where c.item_id is not null and sender.is_item
  ) h
) history on true
left join workflow_step_executions undone on undone.id = c.undoes
left join workflow_step_executions item on item.id = coalesce(c.item_id, undone.item_id)
left join workflow_instances child
  on child.id = case when c.input_data->>'kind' = 'child' then (c.input_data->>'instanceId')::uuid end
left join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'step_name', m.step_name, 'index', m.member_index, 'status', m.status,
    'output', m.output_data, 'error', m.error_details) order by m.member_index), '[]') as records
  from workflow_step_executions m
  where m.group_id = case
      when c.input_data->>'kind' = 'group' then c.id
      when c.member_index = ${CALLBACK_INDEX} then c.group_id end
    and m.id <> c.id
) members on true`;

interface ClaimRow {
  readonly n: number;
  /** Null where the execution is free but this worker lacks its code, or leaves it alone. */
  readonly id: ExecutionId | null;
  readonly instance_id: InstanceId;
  readonly definition_id: DefinitionId;
  readonly step_name: string;
  readonly attempt: number;
  readonly failed_tries: number;
  readonly lost_attempts: number;
  /** Whether it was left alone because it was lost too often. */
  readonly is_suspect: boolean;
  readonly heartbeat_details: Wrapped | null;
  readonly arrivals: readonly Arrival[];
  readonly input_data: Resumption | null;
  readonly group_id: ExecutionId | null;
  readonly member_index: number | null;
  readonly item_id: ExecutionId | null;
  readonly undoes: ExecutionId | null;
  readonly flow_memory: FlowMemory | null;
  readonly parent_instance_id: InstanceId | null;
  readonly parent_execution_id: ExecutionId | null;
  readonly parent_waits: boolean;
  readonly depth: number;
  readonly item_data: Wrapped | null;
  readonly item_index: number | null;
  readonly child_output: Wrapped | null;
  readonly undone: HistoryRow | null;
  readonly members: readonly MemberRow[];
  readonly version: number;
  readonly sequence: number;
  readonly status: "running" | "waiting";
  readonly terminal_reached: boolean;
  readonly live_tokens: number;
  readonly context_data: JsonObject;
  readonly metadata: JsonObject;
  readonly started_at: string;
  readonly created_by: string | null;
  readonly tenant_id: string | null;
  readonly records: readonly HistoryRow[];
}

interface Wrapped {
  readonly v: JsonValue;
}

interface MemberRow {
  readonly step_name: string;
  readonly index: number;
  readonly status: StepStatus;
  readonly output: Wrapped | null;
  readonly error: StepError | null;
}

interface HistoryRow {
  readonly id: string;
  readonly step_name: string;
  readonly status: StepStatus;
  readonly output: Wrapped | null;
  readonly error: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly sequence: number;
  readonly changes: JsonObject | null;
}

/** @returns what became of each request, in their order */
export async function claimExecutions(
  sql: Sql,
  requests: readonly ClaimRequest[],
): Promise<ClaimResult[]> {
  const wanted = requests.map((request, n) => ({
    n,
    id: request.executionId,
    attempt: request.attempt,
    status: "scheduled",
    worker_id: request.workerId,
    definitions: request.definitionIds,
    lost_less_than: request.lostLessThan ?? null,
  }));
  const rows = await sql.unsafe<ClaimRow[]>(CLAIM_EXECUTIONS, [JSON.stringify(wanted)], {
    prepare: true,
  });
  const found = new Map(rows.map((row) => [row.n, row]));
  return requests.map((_, n) => {
    const row = found.get(n);
    if (row === undefined) return { kind: "stale" };
    if (row.id === null) return { kind: row.is_suspect ? "suspect" : "unknown-definition" };
    return { kind: "claimed", step: claimedStep(row, row.id) };
  });
}

function claimedStep(row: ClaimRow, executionId: ExecutionId): ClaimedStep {
  const unfolded = layered(row.records.map((record) => record.changes));
  return {
    executionId,
    instanceId: row.instance_id,
    definitionId: row.definition_id,
    stepName: row.step_name,
    attempt: row.attempt,
    failedTries: row.failed_tries,
    lostAttempts: row.lost_attempts,
    heartbeatDetails: row.heartbeat_details?.v ?? null,
    arrivals: row.arrivals,
    resumption: row.input_data,
    membership: membershipOf(row),
    item:
      row.item_data === null || row.item_index === null
        ? undefined
        : { value: row.item_data.v, index: row.item_index },
    members: row.members.map(memberRecord),
    childOutput: row.child_output?.v ?? null,
    undoes: row.undoes,
    depth: row.depth,
    context: { ...row.context_data, ...unfolded },
    metadata: row.metadata,
    // What is undone comes last, so that `result` of its step is its own.
    history: [...row.records, ...(row.undone === null ? [] : [row.undone])].map(stepRecord),
    startedAt: new Date(row.started_at).toISOString(),
    createdBy: row.created_by,
    tenantId: row.tenant_id,
    state: row.live_tokens === 1 ? singleTokenState(row, executionId, unfolded) : null,
  };
}

/** The only token is the one that was just claimed: nobody else can move the instance on. */
function singleTokenState(row: ClaimRow, executionId: ExecutionId, unfolded: JsonObject) {
  return {
    id: row.instance_id,
    definitionId: row.definition_id,
    status: row.status,
    version: row.version,
    sequence: Math.max(row.sequence, row.records.at(-1)?.sequence ?? 0),
    terminalReached: row.terminal_reached,
    unfolded,
    tokens: [
      {
        executionId,
        stepName: row.step_name,
        attempt: row.attempt,
        arrivals: row.arrivals,
        membership: membershipOf(row),
        undoes: row.undoes,
        status: "running" as const,
      },
    ],
    hidden: { live: 0, active: 0 },
    memory: row.flow_memory ?? NOTHING_REMEMBERED,
    signals: null,
    undoable: null,
    parent: parentOf(row),
  };
}

function memberRecord(row: MemberRow): MemberRecord {
  const { step_name: stepName, index, status, output, error } = row;
  return { stepName, index, status, result: output?.v ?? null, error };
}

function stepRecord(row: HistoryRow): StepRecord {
  return {
    id: row.id,
    stepName: row.step_name,
    status: row.status,
    result: row.output?.v ?? null,
    error: row.error,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
