import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { ExecutionId, TaskId, TimerId, WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";

/** Everything that moves an instance on. Plain data: code has run before an event is made. */
export type WorkflowEvent = StepEvent | OutsideEvent;

/** What the run of a step's code came to. Names the attempt: a stale one changes nothing. */
export type StepEvent = StepSucceeded | StepSkipped | StepFailed | StepWaiting;

/** What comes from people, other systems and clocks. */
export type OutsideEvent =
  | TaskCompleted
  | TaskReassigned
  | TimerFired
  | CallbackReceived
  | InstanceCanceled;

interface StepEventBase {
  readonly executionId: ExecutionId;
  readonly attempt: number;
  /** Keys that the step has set; merged into the instance's context. */
  readonly contextChanges: JsonObject;
}

interface BranchGoesOn extends StepEventBase {
  /** The outgoing edges that are taken, in the order of declaration. */
  readonly edges: readonly EdgeIndex[];
  /** The worker that goes on with the branch itself where just one step follows; else the queue. */
  readonly continueAs: WorkerId | null;
}

export interface StepSucceeded extends BranchGoesOn {
  readonly type: "step.succeeded";
  readonly result: JsonValue;
}

/** `canExecute` said no: the flow goes on as after a success. */
export interface StepSkipped extends BranchGoesOn {
  readonly type: "step.skipped";
}

export interface StepFailed extends BranchGoesOn {
  readonly type: "step.failed";
  readonly error: StepError;
  /** `onFailure` returned: the flow goes on. Otherwise the instance fails and `edges` is empty. */
  readonly handled: boolean;
}

export interface StepWaiting extends StepEventBase {
  readonly type: "step.waiting";
  readonly wait: WaitRequest;
}

/** What a step wants to wait for. */
export type WaitRequest = TaskRequest | TimerRequest | CallbackRequest;

export interface TaskRequest {
  readonly kind: "task";
  readonly title: string;
  readonly description: string | null;
  readonly formSchema: JsonObject | null;
  readonly assigneeId: string | null;
  readonly assigneeGroup: string | null;
  readonly dueAt: Date | null;
  readonly reminderAt: Date | null;
}

export interface TimerRequest {
  readonly kind: "timer";
  readonly fireAt: Date;
}

export interface CallbackRequest {
  readonly kind: "callback";
  /** SHA-256 of the token, hexadecimal: who reads the database cannot call back. */
  readonly tokenHash: string;
  /** Context key for the payload. */
  readonly callbackKey: string;
}

/** An error as it is kept: for people (`message`) and for those who look for the cause. */
export interface StepError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | null;
  readonly cause: string | null;
}

export interface TaskCompleted {
  readonly type: "task.completed";
  readonly taskId: TaskId;
  readonly completedBy: string;
  readonly data: JsonObject;
  readonly comment: string | null;
}

export interface TaskReassigned {
  readonly type: "task.reassigned";
  readonly taskId: TaskId;
  readonly assigneeId: string;
}

export interface TimerFired {
  readonly type: "timer.fired";
  readonly timerId: TimerId;
}

export interface CallbackReceived {
  readonly type: "callback.received";
  readonly executionId: ExecutionId;
  readonly callbackKey: string;
  readonly payload: JsonValue;
}

export interface InstanceCanceled {
  readonly type: "instance.canceled";
  readonly reason: string;
}
