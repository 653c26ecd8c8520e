import {
  InvariantError,
  type ExecutionChange,
  type InstanceId,
  type NewExecution,
  type StepStatus,
} from "@drover/engine";
import type { Sql } from "postgres";
import { outcomeColumns } from "./outcome-columns.ts";
import { overRows, rowColumns } from "./row-columns.ts";
import type { Transition } from "./transition.ts";

const MOVES = rowColumns(2, {
  n: "int",
  transition_id: "uuid",
  instance_id: "uuid",
  version: "int",
  id: "uuid",
  attempt: "int",
  status: "text",
  sequence: "int",
  output_data: "jsonb",
  error: "text",
  error_details: "jsonb",
  context_changes: "jsonb",
  completed_at: "timestamptz",
  next_id: "uuid",
  step_name: "text",
  step_type: "text",
  next_attempt: "int",
  worker_id: "uuid",
  context_sequence: "int",
  arrivals: "jsonb",
  created_at: "timestamptz",
});

/**
 * Writes transitions in which a single token moves on inline, by far the most there are: a step ends,
 * and the next one runs with the same worker. Each is one row; what the general statement would write of
 * it is written here, at two thirds of the price.
 *
 * Invariants, beside those of `commit-statement.ts`:
 * 1. The ended step is still running under the attempt that the core saw, and the instance is at the
 *    version that it saw: a transition counts whole or not at all.
 * 2. The rows come in the order of executions, and so are locked in it. No instance is locked.
 *
 * The status comes as a value, as the planner would take the index of all that runs; the version is
 * looked up by itself, as it would rather join.
 *
 * $1: the status of what runs; the moves after it.
 */
export const MOVE_ON = overRows(
  MOVES,
  (rows) => `
with moved as (
  update workflow_step_executions w set
    status = x.status, sequence = x.sequence, output_data = coalesce(x.output_data, w.output_data),
    error = x.error, error_details = x.error_details, context_changes = x.context_changes,
    completed_at = x.completed_at, transition_id = x.transition_id, updated_at = now()
  from (${rows}) x
  where x.n = abs(x.n) -- expects one row: see commit-statement.ts
    and w.id = x.id and w.status = $1::text and w.attempt = x.attempt
    and (select i.version from workflow_instances i where i.id = x.instance_id) = x.version
  returning x.*),
following as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, attempt, worker_id, context_sequence, arrivals,
    started_at, transition_id, created_at)
  select next_id, instance_id, step_name, step_type, $1::text, next_attempt, worker_id,
    context_sequence, arrivals, now(), transition_id, created_at
  from moved)
select n from moved`,
);

/** A transition in which one token moves on, taken apart. */
interface Move {
  readonly transitionId: string;
  readonly instanceId: InstanceId;
  readonly version: number;
  readonly ended: ExecutionChange;
  readonly next: NewExecution;
}

/** Whether in a transition a single token moves on inline, and nothing else happens. */
export function isMove(transition: Transition): boolean {
  return moveOf(transition) !== null;
}

function moveOf({ id, changes }: Transition): Move | null {
  const { instanceId, fromVersion, instance, executions, newExecutions, ...besides } = changes;
  const [ended] = executions;
  const [next] = newExecutions;
  const isOfTwo = executions.length === 1 && newExecutions.length === 1 && instance === null;
  if (!isOfTwo || ended === undefined || next === undefined) return null;
  if (Object.values(besides).some((rows) => rows.length > 0)) return null;
  if (ended.from.status !== "running" || ended.attempt !== ended.from.attempt) return null;
  const isEnd = ended.endedAt !== null && ended.arrivals === null && ended.resumption === null;
  const isPlain = next.status === "running" && next.membership === null && next.undoes === null;
  if (!isEnd || ended.completedBy !== null || ended.assignedTo !== null) return null;
  if (!isPlain || next.item !== undefined) return null;
  return { transitionId: id, instanceId, version: fromVersion, ended, next };
}

/**
 * @param transitions such as `isMove` lets through
 * @returns for each whether it was written; what was not has lost against another
 */
export async function moveOn(sql: Sql, transitions: readonly Transition[]): Promise<boolean[]> {
  const rows = transitions.map(moveRow).sort((one, other) => (one.id < other.id ? -1 : 1));
  const { text, parameters } = MOVE_ON.over(rows);
  const status: StepStatus = "running";
  const written = await sql.unsafe<{ n: number }[]>(text, [status, ...parameters], {
    prepare: true,
  });
  const won = new Set(written.map((row) => row.n));
  return transitions.map((_, n) => won.has(n));
}

function moveRow(transition: Transition, n: number) {
  const move = moveOf(transition);
  if (move === null) throw new InvariantError("a transition is more than a move");
  const { transitionId, instanceId, version, ended, next } = move;
  return {
    n,
    transition_id: transitionId,
    instance_id: instanceId,
    version,
    id: ended.executionId,
    attempt: ended.attempt,
    ...outcomeColumns(ended),
    next_id: next.executionId,
    step_name: next.stepName,
    step_type: next.stepType,
    next_attempt: next.attempt,
    worker_id: next.workerId,
    context_sequence: next.contextSequence,
    arrivals: next.arrivals,
    created_at: next.createdAt,
  };
}
