import { errorText, WorkflowsError } from "./workflows-error.ts";

export * from "./workflows-error.ts";

export class WorkflowNotFoundError extends WorkflowsError {
  constructor(name: string, version?: string, available: readonly string[] = []) {
    const known = available.length > 0 ? `. Available versions: ${available.join(", ")}` : "";
    super(
      "WORKFLOW_NOT_FOUND",
      version === undefined
        ? `Workflow '${name}' not found`
        : `Workflow '${name}' version '${version}' not found${known}`,
    );
  }
}

export class WorkflowInactiveError extends WorkflowsError {
  constructor(name: string, version?: string) {
    const which = version === undefined ? "no active version" : `version '${version}' is inactive`;
    super("WORKFLOW_INACTIVE", `Workflow '${name}' cannot be started: ${which}`);
  }
}

/** The input of a workflow does not fit its schema. */
export class InputInvalidError extends WorkflowsError {
  /** @param faults what is wrong, in words; not in the message where they are told beside it */
  constructor(name: string, version: string, faults: readonly string[] = []) {
    const why = faults.length === 0 ? "" : `: ${faults.join("; ")}`;
    super("INPUT_INVALID", `Input for workflow '${name}' version '${version}' is invalid${why}`);
  }
}

export class WorkflowInstanceNotFoundError extends WorkflowsError {
  constructor(instanceId: string) {
    super("INSTANCE_NOT_FOUND", `Workflow instance '${instanceId}' not found`);
  }
}

export class WorkflowAlreadyCompletedError extends WorkflowsError {
  constructor(instanceId: string, status: string) {
    super("WORKFLOW_ALREADY_COMPLETED", `Workflow '${instanceId}' is already ${status}`);
  }
}

/** No task of a human step is open: the instance does not wait, or waits somewhere else. */
export class InstanceNotWaitingError extends WorkflowsError {
  /** @param waitingAt steps at which the instance does wait */
  constructor(instanceId: string, stepName: string, status: string, waitingAt: readonly string[]) {
    const where = waitingAt.map((name) => `'${name}'`).join(", ");
    super(
      "INSTANCE_NOT_WAITING",
      waitingAt.length === 0
        ? `Instance '${instanceId}' is not waiting (status: ${status})`
        : `Instance '${instanceId}' is waiting at step ${where}, not '${stepName}'`,
    );
  }
}

/** What only a failed instance can be asked for. */
export class InstanceNotFailedError extends WorkflowsError {
  constructor(instanceId: string, status: string) {
    super("INSTANCE_NOT_FAILED", `Workflow '${instanceId}' has not failed: it is ${status}`);
  }
}

/** A failed instance has undone what had succeeded: where it stood no longer fits what is so. */
export class StepsUndoneError extends WorkflowsError {
  constructor(instanceId: string, undone: readonly string[]) {
    const steps = undone.map((name) => `'${name}'`).join(", ");
    super(
      "STEPS_UNDONE",
      `Workflow '${instanceId}' has undone ${steps}: a retry has to name the step to go on from`,
    );
  }
}

/** What cannot be asked of an instance that undoes what it has done. */
export class InstanceUndoingError extends WorkflowsError {
  constructor(instanceId: string) {
    super("INSTANCE_UNDOING", `Workflow '${instanceId}' has failed and undoes what it has done`);
  }
}

/** What only a paused instance can be asked for. */
export class InstanceNotPausedError extends WorkflowsError {
  constructor(instanceId: string, status: string) {
    super("INSTANCE_NOT_PAUSED", `Workflow '${instanceId}' is not paused: it is ${status}`);
  }
}

/** A step that the definition does not have, or not outside of a group. */
export class StepNotFoundError extends WorkflowsError {
  constructor(stepName: string, group?: string) {
    super(
      "STEP_NOT_FOUND",
      group === undefined
        ? `Step '${stepName}' not found in definition`
        : `Step '${stepName}' runs inside of '${group}': name that group`,
    );
  }
}

/** A step execution that has ended, or that cannot be skipped where it stands. */
export class StepNotLiveError extends WorkflowsError {
  constructor(executionId: string, reason = "it has ended") {
    super("STEP_NOT_LIVE", `Step execution '${executionId}' cannot be skipped: ${reason}`);
  }
}

/** No execution of a step is live: what `StepNotLiveError` says of one, said of the step. */
export class NoLiveExecutionError extends WorkflowsError {
  constructor(stepName: string) {
    super("STEP_NOT_LIVE", `Step '${stepName}' cannot be skipped: no execution of it is live`);
  }
}

/** Several executions of the step are live, and nobody has said which one is meant. */
export class StepAmbiguousError extends WorkflowsError {
  /** @param total how many there are; `executionIds` may be some of them */
  constructor(stepName: string, executionIds: readonly string[], total = executionIds.length) {
    const more = total > executionIds.length ? ` and ${total - executionIds.length} more` : "";
    super(
      "STEP_AMBIGUOUS",
      `Step '${stepName}' has ${total} live executions; name one of them: ` +
        `${executionIds.join(", ")}${more}`,
    );
  }
}

export class WorkflowValidationError extends WorkflowsError {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super("WORKFLOW_INVALID", `Workflow validation failed: ${errors.join("; ")}`);
    this.errors = errors;
  }
}

/** The same name and version was registered before with other steps or edges. */
export class DefinitionConflictError extends WorkflowsError {
  readonly differences: readonly string[];

  /** @param differences what has changed against what is registered, in words */
  constructor(name: string, version: string, differences: readonly string[]) {
    super(
      "DEFINITION_CONFLICT",
      `Workflow '${name}' version '${version}' is registered as something else: ` +
        `${differences.join("; ")}. Give the changed definition a new version`,
    );
    this.differences = differences;
  }
}

export class StepExecutionError extends WorkflowsError {
  constructor(stepName: string, cause?: unknown) {
    const reason = cause === undefined ? "" : `: ${errorText(cause)}`;
    super("STEP_EXECUTION_FAILED", `Step '${stepName}' failed${reason}`, { cause });
  }
}

export class InvalidTransitionError extends WorkflowsError {
  constructor(fromStep: string, toStep: string, reason?: string, options?: { cause?: unknown }) {
    const why = reason === undefined ? "" : `: ${reason}`;
    super(
      "INVALID_TRANSITION",
      `Invalid transition from '${fromStep}' to '${toStep}'${why}`,
      options,
    );
  }
}

/** A step does not do what its type asks of it (no `execute`, a gateway without a decision, …). */
export class StepContractError extends WorkflowsError {
  constructor(stepName: string, reason: string, options?: { cause?: unknown }) {
    super("STEP_CONTRACT_BROKEN", `Step '${stepName}' ${reason}`, options);
  }
}

/** Thrown by a step's code where trying again is of no use: never retried, whatever the policy. */
export class NonRetryableError extends WorkflowsError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("NON_RETRYABLE", message, options);
  }
}

/** One try of a step's code took longer than the step's `timeout`. */
export class StepTimeoutError extends WorkflowsError {
  constructor(stepName: string, milliseconds: number) {
    super("STEP_TIMEOUT", `Step '${stepName}' took longer than its timeout of ${milliseconds} ms`);
  }
}

/** A step's code gave no sign of life for longer than the step's `heartbeatTimeout`. */
export class HeartbeatTimeoutError extends WorkflowsError {
  constructor(stepName: string, milliseconds: number) {
    super("HEARTBEAT_TIMEOUT", `Step '${stepName}' sent no heartbeat for ${milliseconds} ms`);
  }
}

/** The worker that ran a step was lost, again and again: the step itself may be the reason. */
export class StepLostTooOftenError extends WorkflowsError {
  /** @param lost how often in a row */
  constructor(stepName: string, lost: number) {
    const times = lost === 1 ? "" : ` ${lost} times in a row`;
    super(
      "STEP_LOST_TOO_OFTEN",
      `The worker was lost${times} while it ran step '${stepName}': killed, out of memory or ` +
        "blocked for too long. The step is not run again by itself",
    );
  }
}

/** No signal came in the time that a step waited for it. */
export class SignalTimeoutError extends WorkflowsError {
  constructor(stepName: string, signal: string) {
    super("SIGNAL_TIMEOUT", `Step '${stepName}' waited for signal '${signal}' in vain`);
  }
}

/** An instance keeps as many signals as it may, and no step takes them. */
export class SignalsFullError extends WorkflowsError {
  constructor(instanceId: string, most: number) {
    super(
      "SIGNALS_FULL",
      `Workflow '${instanceId}' keeps ${most} signals that no step has taken: it takes no more`,
    );
  }
}

/** Workflows that start workflows have to come to an end somewhere. */
export class NestingTooDeepError extends WorkflowsError {
  constructor(workflow: string, deepest: number) {
    super(
      "NESTING_TOO_DEEP",
      `Workflow '${workflow}' is not started: ${deepest} workflows are nested in each other already`,
    );
  }
}

/** A value that should be stored cannot be written as JSON. */
export class NotJsonError extends WorkflowsError {
  constructor(where: string, reason: string) {
    super("NOT_JSON", `${where} cannot be stored as JSON: it ${reason}`);
  }
}

/** A value that should be stored is larger than what is kept of its kind. */
export class PayloadTooLargeError extends WorkflowsError {
  /** @param most characters that it may take as JSON */
  constructor(where: string, most: number) {
    super("PAYLOAD_TOO_LARGE", `${where} is too large: it may take ${most} characters as JSON`);
  }
}

/** Something that names something (a user, a signal, …) is empty, too long, or cannot be stored. */
export class ArgumentInvalidError extends WorkflowsError {
  /** What was given wrongly, as the engine's interface calls it. */
  readonly field: string;

  constructor(field: string, reason: string) {
    super("ARGUMENT_INVALID", `'${field}' ${reason}`);
    this.field = field;
  }
}

export class ReservedKeyError extends WorkflowsError {
  constructor(key: string) {
    super("RESERVED_KEY", `'${key}' is kept by the engine and cannot be set`);
  }
}

/** The idempotency key was used before, with another request. */
export class IdempotencyConflictError extends WorkflowsError {
  constructor(key: string) {
    super(
      "IDEMPOTENCY_CONFLICT",
      `Idempotency key '${key}' was used before with another request; give this one a key of its own`,
    );
  }
}

/** Something happened that the code rules out: a fault of Drover, never of its input. */
export class InvariantError extends WorkflowsError {
  constructor(message: string) {
    super("INVARIANT_BROKEN", message);
  }
}
