import type { Changes, ExecutionChange } from "@drover/engine";
import { outcomeColumns } from "./outcome-columns.ts";
import type { Transition } from "./transition.ts";

/*
 * A running step that simply ends, as most do: what the statements for the most frequent transitions have in
 * common. They leave out what does not occur in these, and so must not be given what does.
 */

/** The columns of such an end, with those of its transition: its id, and the version of the instance. */
export const PLAIN_END = {
  transition_id: "uuid",
  version: "int",
  id: "uuid",
  attempt: "int",
  status: "text",
  sequence: "int",
  output_data: "jsonb",
  context_changes: "jsonb",
  completed_at: "timestamptz",
} as const;

/** @param ended the end, such as `isPlainEnd` lets through */
export function plainEndColumns({ id, changes }: Transition, ended: ExecutionChange) {
  return {
    transition_id: id,
    version: changes.fromVersion,
    id: ended.executionId,
    attempt: ended.attempt,
    ...outcomeColumns(ended),
  };
}

/** What a statement sets in the row `w` of the step. @param column where the statement finds a column of the end */
export function setPlainEnd(column: (name: keyof typeof PLAIN_END) => string): string {
  return `
    status = ${column("status")}, sequence = ${column("sequence")},
    output_data = coalesce(${column("output_data")}, w.output_data), error = null, error_details = null,
    context_changes = ${column("context_changes")}, completed_at = ${column("completed_at")},
    transition_id = ${column("transition_id")}, updated_at = now()`;
}

export function isPlainEnd(ended: ExecutionChange): boolean {
  if (ended.from.status !== "running" || ended.attempt !== ended.from.attempt) return false;
  const isEnd = ended.endedAt !== null && ended.arrivals === null && ended.resumption === null;
  return isEnd && ended.error === null && ended.completedBy === null && ended.assignedTo === null;
}

/** What a transition may write besides an instance and its steps, by name. */
const BESIDES: Record<
  Exclude<
    keyof Changes,
    "instanceId" | "fromVersion" | "instance" | "executions" | "newExecutions"
  >,
  true
> = {
  newAttempts: true,
  newTasks: true,
  tasks: true,
  newTimers: true,
  newCallbacks: true,
  newSignals: true,
  takenSignals: true,
  newInstances: true,
  newMessages: true,
  closedWaits: true,
};
// Its type says that these are its names.
const BESIDES_NAMES = Object.keys(BESIDES) as (keyof typeof BESIDES)[];

export function writesNothingBesides(changes: Changes): boolean {
  return BESIDES_NAMES.every((name) => changes[name].length === 0);
}
