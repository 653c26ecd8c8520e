import {
  InvariantError,
  layered,
  type Arrival,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type InstanceState,
  type JsonObject,
  type LiveStepStatus,
  type TaskId,
  type TimerId,
  type Token,
  type Wait,
  type WorkflowStatus,
} from "@drover/engine";
import type { Sql } from "postgres";

/**
 * All that the core needs of an instance, as of one moment: one statement sees one snapshot, so
 * the row, its live executions and what they have not folded yet belong together.
 */
export const LOAD_STATE = `
select i.id, i.definition_id, i.status, i.version, i.sequence, i.terminal_reached,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'id', e.id, 'step_name', e.step_name, 'status', e.status, 'attempt', e.attempt,
      'arrivals', e.arrivals,
      'task', (select jsonb_build_object('id', t.id, 'assignee_id', t.assignee_id)
               from workflow_human_tasks t
               where t.step_execution_id = e.id and t.status = 'pending'),
      'timer', (select t.id from workflow_timers t where t.step_execution_id = e.id limit 1)
    ) order by e.id), '[]')
   from workflow_step_executions e
   where e.instance_id = i.id and e.status in ('pending', 'scheduled', 'running', 'waiting')
  ) as tokens,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'sequence', e.sequence, 'changes', e.context_changes) order by e.sequence), '[]')
   from workflow_step_executions e
   where e.instance_id = i.id and e.sequence > i.sequence
  ) as unfolded
from workflow_instances i where i.id = $1`;

interface StateRow {
  readonly id: InstanceId;
  readonly definition_id: DefinitionId;
  readonly status: WorkflowStatus;
  readonly version: number;
  readonly sequence: number;
  readonly terminal_reached: boolean;
  readonly tokens: readonly TokenRow[];
  readonly unfolded: readonly UnfoldedRow[];
}

interface TokenRow {
  readonly id: ExecutionId;
  readonly step_name: string;
  readonly status: LiveStepStatus;
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
  readonly task: { readonly id: TaskId; readonly assignee_id: string | null } | null;
  readonly timer: TimerId | null;
}

/** What an ended execution has left that its instance's row does not hold yet. */
interface UnfoldedRow {
  readonly sequence: number;
  readonly changes: JsonObject | null;
}

/** @returns null when there is no such instance */
export async function loadState(sql: Sql, id: InstanceId): Promise<InstanceState | null> {
  const [row] = await sql.unsafe<StateRow[]>(LOAD_STATE, [id], { prepare: true });
  if (row === undefined) return null;
  return {
    id: row.id,
    definitionId: row.definition_id,
    status: row.status,
    version: row.version,
    sequence: row.unfolded.at(-1)?.sequence ?? row.sequence,
    terminalReached: row.terminal_reached,
    unfolded: layered(row.unfolded.map((ended) => ended.changes)),
    tokens: row.tokens.map(tokenOf),
  };
}

function tokenOf(row: TokenRow): Token {
  const base = { executionId: row.id, stepName: row.step_name, attempt: row.attempt };
  switch (row.status) {
    case "pending":
      return { ...base, status: "pending", arrivals: row.arrivals };
    case "scheduled":
    case "running":
      return { ...base, status: row.status };
    case "waiting":
      return { ...base, status: "waiting", wait: waitOf(row) };
    default:
      throw new InvariantError(`execution ${row.id} is ${String(row.status)}, not live`);
  }
}

function waitOf({ task, timer }: TokenRow): Wait {
  if (task !== null) return { kind: "task", taskId: task.id, assigneeId: task.assignee_id };
  return timer === null ? { kind: "callback" } : { kind: "timer", timerId: timer };
}
