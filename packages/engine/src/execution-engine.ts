import type { WorkflowContext } from "./context/workflow-context.ts";
import type { Duration } from "./definition/duration.ts";
import type { Step } from "./definition/step.ts";
import type { ExecutionId, InstanceId, TaskId } from "./ids.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { StepError } from "./state/events.ts";
import type { StepStatus, StepType, TaskStatus, WorkflowStatus } from "./status.ts";

/**
 * What runs workflows: in one process and in memory (`LocalExecutionEngine`), or on any number of
 * workers over Postgres (`DistributedExecutionEngine`). Both run the same state machine, so whoever
 * speaks this interface need not know which of the two it is.
 *
 * What cannot be is told by the documents' errors; it changes nothing. A name, a user, a reason that is
 * empty or too long to be kept is an `ArgumentInvalidError` with its `field`, in every method.
 */
export interface ExecutionEngine {
  /**
   * Starts a workflow.
   * @throws WorkflowNotFoundError, WorkflowInactiveError, InputInvalidError
   */
  start(workflow: string, input?: object, options?: StartOptions): Promise<InstanceView>;

  /**
   * Runs a step's code by itself, outside of any instance and without its retries: `canExecute`,
   * `execute`, `onSuccess`, and on an error `onFailure`.
   * @param previousResult what the step sees as `_previous_result`
   * @returns what the step returns; null where it is skipped or has handled its failure
   */
  executeStep(step: Step, context: WorkflowContext, previousResult?: JsonValue): Promise<JsonValue>;

  /**
   * Runs a step of a live instance besides what runs already.
   * @param delay how long from now; at once unless given
   * @throws StepNotFoundError, WorkflowAlreadyCompletedError
   */
  scheduleStep(instanceId: InstanceId, stepName: string, delay?: Duration): Promise<void>;

  /**
   * Completes the open task of a human step. Of several, as in a map, it is one that is the user's
   * own, else one that is nobody's.
   * @throws InstanceNotWaitingError, FormInvalidError, UnauthorizedTaskError
   */
  completeHumanTask(
    instanceId: InstanceId,
    stepName: string,
    userId: string,
    data: JsonObject,
    comment?: string,
  ): Promise<InstanceView>;

  /**
   * Sends a signal. The step that has waited for it the longest takes it; where none waits it is kept.
   * @param options.id the same id again is the same signal
   */
  signal(
    instanceId: InstanceId,
    name: string,
    payload?: JsonValue,
    options?: { readonly id?: string },
  ): Promise<void>;

  /** Closes tasks and timers and stops running code. @throws WorkflowAlreadyCompletedError */
  cancel(instanceId: InstanceId, reason: string): Promise<InstanceView>;

  /** Lets running steps end and starts nothing new. @throws WorkflowAlreadyCompletedError */
  pause(instanceId: InstanceId): Promise<InstanceView>;

  /**
   * Goes on where a paused instance stood, or from a step.
   * @throws InstanceNotPausedError, StepNotFoundError
   */
  resume(instanceId: InstanceId, options?: { readonly fromStep?: string }): Promise<InstanceView>;

  /**
   * Goes on with a failed instance where it stood, or from a step. Where steps were undone by their
   * `compensate`, the step has to be named.
   * @throws InstanceNotFailedError, StepsUndoneError, StepNotFoundError
   */
  retry(instanceId: InstanceId, options?: RetryOptions): Promise<InstanceView>;

  /**
   * Leaves a live step out: the flow goes on as if its `canExecute` had said no.
   * @throws StepNotFoundError, WorkflowAlreadyCompletedError, NoLiveExecutionError,
   *   StepAmbiguousError where several executions of it are live and none is named
   */
  skip(instanceId: InstanceId, stepName: string, options?: SkipOptions): Promise<InstanceView>;

  /** An instance with all of its history. @throws WorkflowInstanceNotFoundError */
  getInstance(instanceId: InstanceId): Promise<InstanceView>;
  /**
   * Instances that are not over, the newest first. Where they are kept in a database it is the first
   * 1,000, and of each history the first 100 executions; `getInstance` has all of them.
   */
  getRunningInstances(): Promise<InstanceView[]>;
  /** All instances, the newest first; as many of them, and of each as much, as of running ones. */
  getAllInstances(): Promise<InstanceView[]>;
  /**
   * Open tasks, the most urgent first (by when they are due, those that never are at the end), then
   * the oldest; the first 1,000 where they are kept in a database. With a user those that this user
   * may complete: assigned to it or to nobody.
   */
  getPendingTasks(userId?: string): Promise<TaskView[]>;
}

/** What a start may say besides the workflow and its input. */
export interface StartOptions {
  /** The newest active version unless given. */
  readonly version?: string;
  /**
   * Kept with the instance and given to its steps as `context.metadata`; `workflow_name` and
   * `workflow_version` in it are the engine's.
   */
  readonly metadata?: JsonObject;
  /** Who starts it: `context.userId`, and the instance's `created_by`. */
  readonly userId?: string;
  /** Whose data it works on: `context.tenantId`; lists can be filtered by it. */
  readonly tenantId?: string;
  /** The caller's own name for what the instance belongs to; several may share one. */
  readonly correlationId?: string;
  /** The same key starts the same instance. */
  readonly idempotencyKey?: string;
}

/** From where a failed instance goes on, and with what. */
export interface RetryOptions {
  /** Every place where the instance stood unless given. */
  readonly fromStep?: string;
  /** Merged into the context first. */
  readonly contextPatch?: JsonObject;
}

export interface SkipOptions {
  /** Which of the step's live executions, where it has several. */
  readonly executionId?: ExecutionId;
}

/** An instance as those see it who run workflows. */
export interface InstanceView {
  readonly id: InstanceId;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly status: WorkflowStatus;
  readonly currentStep: string | null;
  readonly context: JsonObject;
  /** What the instance was started with, where the engine tells. */
  readonly input?: JsonObject;
  readonly metadata: JsonObject;
  /** What the workflow came to: the result of its terminal step; null until then. */
  readonly output: JsonValue;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly completedAt: Date | null;
  /** The instance whose step has started this one. */
  readonly parentId: InstanceId | null;
  /** Ended step executions in the order in which they ended, then the live ones. */
  readonly history: readonly ExecutionView[];
}

/** One run of a step; a loop has one for each round, a map one for each item. */
export interface ExecutionView {
  readonly id: ExecutionId;
  readonly stepName: string;
  readonly stepType: StepType;
  readonly status: StepStatus;
  /** What its code returned; null until it has succeeded, and where it returned nothing. */
  readonly result: JsonValue;
  /** Why it failed, also where `onFailure` let the flow go on. */
  readonly error: StepError | null;
  /** Keys of the context that it has set, where the engine tells. */
  readonly contextChanges?: JsonObject;
  /** Who has completed its task, where the engine tells; null where it has none. */
  readonly completedBy?: string | null;
  /** Tries of its code that failed and were followed by another one. */
  readonly failedTries: number;
  /** The execution of the group that it is a member of, and its place there. */
  readonly groupId: ExecutionId | null;
  readonly memberIndex: number | null;
  /** The execution that it has undone. */
  readonly undoes: ExecutionId | null;
  /** When its code was started first; null before that. */
  readonly startedAt: Date | null;
  /** When it ended, however it did; null while it is live. */
  readonly completedAt: Date | null;
}

/** A task of a human step. */
export interface TaskView {
  readonly id: TaskId;
  readonly instanceId: InstanceId;
  readonly stepName: string;
  readonly title: string;
  readonly description: string | null;
  /** JSON Schema (2020-12) that what is sent has to match; null for any object. */
  readonly formSchema: JsonObject | null;
  /** Who alone may complete it; null for anybody. */
  readonly assigneeId: string | null;
  /** For whom it is shown; not checked. */
  readonly assigneeGroup: string | null;
  /** For sorting and for people; nothing happens when it is past. */
  readonly dueAt: Date | null;
  readonly status: TaskStatus;
  readonly createdAt: Date;
}
