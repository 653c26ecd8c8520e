import type { WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { EndedStepStatus, StepType } from "../status.ts";
import type { ExecutionChange, NewExecution } from "../state/changes.ts";
import type { StepError } from "../state/events.ts";
import type { Token } from "../state/instance-state.ts";

/** How a step execution ends. */
export interface Ending {
  readonly status: EndedStepStatus;
  readonly result?: JsonValue;
  readonly error?: StepError;
  readonly contextChanges?: JsonObject;
}

/** What a move leaves on the row beside the token itself; null leaves what is stored. */
export interface Marks extends Pick<
  ExecutionChange,
  "arrivals" | "resumption" | "assignedTo" | "completedBy"
> {
  readonly workerId: WorkerId | null;
  /** For new rows alone. */
  readonly item: JsonValue | undefined;
}

export const UNMARKED: Marks = {
  arrivals: null,
  resumption: null,
  assignedTo: null,
  completedBy: null,
  workerId: null,
  item: undefined,
};

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
    wait: null,
    pendingFor: null,
    arrivals: null,
    resumption: null,
    assignedTo: null,
    completedBy: null,
    workerId: null,
    contextSequence: null,
    endedAt,
  };
}

/** The row of an execution that lives on, changed. */
export function movedExecution(
  stored: Token,
  current: Token,
  marks: Marks,
  sequence: number,
): ExecutionChange {
  return {
    executionId: current.executionId,
    from: { status: stored.status, attempt: stored.attempt },
    status: current.status,
    attempt: current.attempt,
    sequence: null,
    result: null,
    error: null,
    contextChanges: null,
    ...waiting(current),
    arrivals: marks.arrivals,
    resumption: marks.resumption,
    assignedTo: marks.assignedTo,
    completedBy: marks.completedBy,
    ...claimed(marks, sequence),
    endedAt: null,
  };
}

/** The row of an execution that is new. */
export function newExecution(
  token: Token,
  stepType: StepType,
  marks: Marks,
  sequence: number,
  createdAt: Date,
): NewExecution {
  return {
    executionId: token.executionId,
    stepName: token.stepName,
    stepType,
    status: token.status,
    attempt: token.attempt,
    ...waiting(token),
    membership: token.membership,
    item: marks.item,
    undoes: token.undoes,
    ...claimed(marks, sequence),
    arrivals: token.arrivals,
    createdAt,
    end: null,
  };
}

/** What is claimed sees everything that has ended until now. */
function claimed(
  { workerId }: Marks,
  sequence: number,
): Pick<ExecutionChange, "workerId" | "contextSequence"> {
  return { workerId, contextSequence: workerId === null ? null : sequence };
}

function waiting(token: Token): Pick<ExecutionChange, "wait" | "pendingFor"> {
  return {
    wait: token.status === "waiting" ? token.wait : null,
    pendingFor: token.status === "pending" ? token.pendingFor : null,
  };
}
