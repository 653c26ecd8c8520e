import type { JsonObject, JsonValue } from "../json.ts";
import type { EndedStepStatus } from "../status.ts";
import type { ExecutionChange } from "../state/changes.ts";
import type { StepError } from "../state/events.ts";
import type { Token } from "../state/instance-state.ts";

/** How a step execution ends. */
export interface Ending {
  readonly status: EndedStepStatus;
  readonly result?: JsonValue;
  readonly error?: StepError;
  readonly contextChanges?: JsonObject;
}

/** What a move leaves on the row beside the status; null leaves what is stored. */
type Marks = Pick<ExecutionChange, "arrivals" | "resumption" | "assignedTo" | "completedBy">;

/** The row of an execution that has ended. */
export function endedExecution(
  stored: Token,
  ending: Ending,
  sequence: number,
  endedAt: Date,
): ExecutionChange {
  return {
    executionId: stored.executionId,
    from: { status: stored.status, attempt: stored.attempt },
    status: ending.status,
    attempt: stored.attempt,
    sequence,
    result: ending.result ?? null,
    error: ending.error ?? null,
    contextChanges: ending.contextChanges ?? null,
    arrivals: null,
    resumption: null,
    assignedTo: null,
    completedBy: null,
    endedAt,
  };
}

/** The row of an execution that lives on, changed. */
export function movedExecution(stored: Token, current: Token, marks: Marks): ExecutionChange {
  return {
    executionId: current.executionId,
    from: { status: stored.status, attempt: stored.attempt },
    status: current.status,
    attempt: current.attempt,
    sequence: null,
    result: null,
    error: null,
    contextChanges: null,
    arrivals: marks.arrivals,
    resumption: marks.resumption,
    assignedTo: marks.assignedTo,
    completedBy: marks.completedBy,
    endedAt: null,
  };
}
