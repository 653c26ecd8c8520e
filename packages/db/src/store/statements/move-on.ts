import {
  InvariantError,
  type Changes,
  type ExecutionChange,
  type ExecutionId,
  type NewExecution,
  type StepStatus,
} from "@drover/engine";
import type { Sql } from "postgres";
import {
  isPlainEnd,
  PLAIN_END,
  plainEndColumns,
  setPlainEnd,
  writesNothingBesides,
} from "./plain-end.ts";
import { inTwoForms, rowColumns } from "./row-columns.ts";
import type { Transition } from "./transition.ts";

const MOVES = rowColumns(2, {
  ...PLAIN_END,
  next_id: "uuid",
  step_name: "text",
  step_type: "text",
  worker_id: "uuid",
  arrivals: "jsonb",
});

type Column = keyof typeof MOVES.valuesOfOne;

/** Where the statement finds its moves. */
interface Source {
  /** What stands in its `from`, and what is asked of that. */
  readonly from: string;
  readonly where: string;
  /** A column of a move, for the step that ends. */
  readonly ending: (column: Column) => string;
  /** What ending it hands on besides its instance, and a column of that, for the step that begins. */
  readonly handedOn: string;
  readonly beginning: (column: Column) => string;
  /** What tells which of several were written; of one the count does. */
  readonly telling: string;
}

/**
 * Writes transitions in which a single token moves on inline, by far the most there are: a step ends,
 * and the next one runs with the same worker. Each is one row; what the general statement would write of
 * it is written here, at two thirds of the price. What the two executions have in common is sent once: the
 * next one begins under attempt 1, when the other ends, and sees its changes.
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
const moveOnFrom = ({ from, where, ending, handedOn, beginning, telling }: Source) => `
with moved as (
  update workflow_step_executions w set ${setPlainEnd(ending)}
  ${from}
  where ${where}w.id = ${ending("id")} and w.status = $1::text and w.attempt = ${ending("attempt")}
    and (select i.version from workflow_instances i where i.id = w.instance_id) = ${ending("version")}
  returning w.instance_id${handedOn})
insert into workflow_step_executions (
  id, instance_id, step_name, step_type, status, worker_id, context_sequence, arrivals,
  started_at, transition_id, created_at)
select ${beginning("next_id")}, instance_id, ${beginning("step_name")}, ${beginning("step_type")}, $1::text,
  ${beginning("worker_id")}, ${beginning("sequence")}, ${beginning("arrivals")}, now(), ${beginning("transition_id")},
  ${beginning("completed_at")}
from moved${telling}`;

export const MOVE_ON = inTwoForms(
  MOVES,
  moveOnFrom({
    from: `from (${MOVES.select}) x`,
    where: "x.version = abs(x.version) and ", // expects one row: see commit-statement.ts
    ending: (column) => `x.${column}`,
    handedOn: `, x.transition_id, x.sequence, x.completed_at, x.next_id, x.step_name,
    x.step_type, x.worker_id, x.arrivals`,
    beginning: (column) => column,
    telling: "\nreturning id",
  }),
  moveOnFrom({
    from: "",
    where: "",
    ending: (column) => MOVES.valuesOfOne[column],
    handedOn: "",
    beginning: (column) => MOVES.valuesOfOne[column],
    telling: "",
  }),
);

/** A transition in which one token moves on, taken apart. */
interface Move {
  readonly ended: ExecutionChange;
  readonly next: NewExecution;
}

/** Whether in a transition a single token moves on inline, and nothing else happens. */
export function isMove({ changes }: Transition): boolean {
  return moveOf(changes) !== null;
}

function moveOf(changes: Changes): Move | null {
  const { instance, executions, newExecutions } = changes;
  const [ended] = executions;
  const [next] = newExecutions;
  const isOfTwo = executions.length === 1 && newExecutions.length === 1 && instance === null;
  if (!isOfTwo || ended === undefined || next === undefined) return null;
  const isPlain = isPlainEnd(ended) && isPlainStart(next);
  if (!isPlain || !isSeamless(ended, next)) return null;
  return writesNothingBesides(changes) ? { ended, next } : null;
}

function isPlainStart(next: NewExecution): boolean {
  const isOwn = next.membership === null && next.undoes === null && next.item === undefined;
  return next.status === "running" && next.attempt === 1 && next.end === null && isOwn;
}

/** The one begins in the moment in which the other ends, and sees what that has changed. */
function isSeamless(ended: ExecutionChange, next: NewExecution): boolean {
  const isThen = ended.endedAt?.getTime() === next.createdAt.getTime();
  return isThen && ended.sequence === next.contextSequence;
}

/**
 * @param transitions such as `isMove` lets through
 * @returns for each whether it was written; what was not has lost against another
 */
export async function moveOn(sql: Sql, transitions: readonly Transition[]): Promise<boolean[]> {
  const moves = transitions.map(moveRow);
  const inOrder = moves.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const { text, parameters } = MOVE_ON.over(inOrder);
  const status: StepStatus = "running";
  const begun = await sql.unsafe<{ id: ExecutionId }[]>(text, [status, ...parameters], {
    prepare: true,
  });
  if (begun.count === moves.length) return moves.map(() => true);
  const won = new Set(begun.map((row) => row.id));
  return moves.map((move) => won.has(move.next_id));
}

function moveRow(transition: Transition) {
  const move = moveOf(transition.changes);
  if (move === null) throw new InvariantError("a transition is more than a move");
  const { ended, next } = move;
  return {
    ...plainEndColumns(transition, ended),
    next_id: next.executionId,
    step_name: next.stepName,
    step_type: next.stepType,
    worker_id: next.workerId,
    arrivals: next.arrivals,
  };
}
