import type { ExecutionId, InstanceId, TaskId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { StepType } from "../status.ts";

/*
 * What those are told who follow the lives of workflows: the documents' events. Each is told after
 * it is a fact; moments are ISO 8601 text, durations are seconds, and what is not known is null.
 */

export type LifecycleEvent = WorkflowLifecycleEvent | StepLifecycleEvent | TaskLifecycleEvent;
export type LifecycleEventType = (typeof LIFECYCLE_EVENT_TYPES)[number];

/** All kinds of events, in the order of this page. */
export const LIFECYCLE_EVENT_TYPES = [
  "workflow.started",
  "workflow.completed",
  "workflow.failed",
  "workflow.canceled",
  "workflow.paused",
  "workflow.resumed",
  "workflow.waiting",
  "step.started",
  "step.completed",
  "step.failed",
  "step.skipped",
  "step.canceled",
  "step.retrying",
  "task.created",
  "task.completed",
  "task.reassigned",
  "task.canceled",
] as const satisfies readonly LifecycleEvent["type"][];

export type WorkflowLifecycleEvent =
  | WorkflowStarted
  | WorkflowCompleted
  | WorkflowFailed
  | WorkflowCanceled
  | WorkflowPaused
  | WorkflowResumed
  | WorkflowWaiting;

export type StepLifecycleEvent =
  | StepStarted
  | StepCompleted
  | StepFailedForGood
  | StepLeftOut
  | StepCanceled
  | StepTriedAgain;

export type TaskLifecycleEvent = TaskCreated | TaskCompletedByPerson | TaskHandedOn | TaskCanceled;

/** What every event says. */
export interface LifecycleEventBase {
  readonly instanceId: InstanceId;
  readonly workflowName: string;
  readonly workflowVersion: string;
  /** When it happened. */
  readonly timestamp: string;
}

export interface WorkflowStarted extends LifecycleEventBase {
  readonly type: "workflow.started";
  readonly initialData: JsonObject;
  readonly userId: string | null;
  readonly tenantId: string | null;
}

export interface WorkflowCompleted extends LifecycleEventBase {
  readonly type: "workflow.completed";
  readonly status: "completed";
  /** The step that ended last. */
  readonly finalStep: string | null;
  readonly durationSeconds: number | null;
}

export interface WorkflowFailed extends LifecycleEventBase {
  readonly type: "workflow.failed";
  readonly error: string;
  readonly failedStep: string | null;
  readonly errorType: string | null;
  readonly stackTrace: string | null;
}

export interface WorkflowCanceled extends LifecycleEventBase {
  readonly type: "workflow.canceled";
  readonly reason: string;
  /** Where it stood. */
  readonly currentStep: string | null;
}

export interface WorkflowPaused extends LifecycleEventBase {
  readonly type: "workflow.paused";
  readonly pausedAtStep: string | null;
}

/** A paused instance goes on, or a failed one lives again. */
export interface WorkflowResumed extends LifecycleEventBase {
  readonly type: "workflow.resumed";
  readonly resumingAtStep: string | null;
}

/** Nothing is left to do until somebody or something outside acts. */
export interface WorkflowWaiting extends LifecycleEventBase {
  readonly type: "workflow.waiting";
  readonly stepName: string | null;
}

/** What events of steps say besides. */
export interface StepEventBase extends LifecycleEventBase {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  /** The execution that this one undoes; null for the ordinary way forward. */
  readonly undoes: ExecutionId | null;
}

/** A worker has begun with a step: its first try, and not what follows a wait. */
export interface StepStarted extends StepEventBase {
  readonly type: "step.started";
  readonly stepType: StepType;
  readonly attempt: number;
  /** The item of a map that it works on; null outside of maps. */
  readonly inputData: JsonValue;
}

export interface StepCompleted extends StepEventBase {
  readonly type: "step.completed";
  readonly status: "succeeded";
  readonly result: JsonValue;
  /** The keys of the context that it has set. */
  readonly outputData: JsonObject;
  /** Of its last run; null where it was not this process that ran it. */
  readonly durationSeconds: number | null;
}

export interface StepFailedForGood extends StepEventBase {
  readonly type: "step.failed";
  readonly error: string;
  readonly errorType: string;
  /** Tries before the last one; null where it was not this process that ran it. */
  readonly retryCount: number | null;
}

export interface StepLeftOut extends StepEventBase {
  readonly type: "step.skipped";
}

export interface StepCanceled extends StepEventBase {
  readonly type: "step.canceled";
  readonly reason: string;
}

/** A try has failed and another one follows. */
export interface StepTriedAgain extends StepEventBase {
  readonly type: "step.retrying";
  readonly error: string;
  readonly errorType: string;
  readonly retryCount: number | null;
  readonly retryAt: string;
}

/** What events of tasks say besides. */
export interface TaskEventBase extends LifecycleEventBase {
  readonly taskId: TaskId;
  readonly stepName: string;
}

export interface TaskCreated extends TaskEventBase {
  readonly type: "task.created";
  readonly assignee: string | null;
  readonly assigneeGroup: string | null;
  readonly title: string;
  readonly description: string | null;
  readonly dueAt: string | null;
}

export interface TaskCompletedByPerson extends TaskEventBase {
  readonly type: "task.completed";
  readonly completedBy: string;
  readonly formData: JsonObject;
  readonly comment: string | null;
}

export interface TaskHandedOn extends TaskEventBase {
  readonly type: "task.reassigned";
  readonly fromAssignee: string | null;
  readonly toAssignee: string;
}

export interface TaskCanceled extends TaskEventBase {
  readonly type: "task.canceled";
}
