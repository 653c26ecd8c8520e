import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { ExecutionId, InstanceId, SignalId, TaskId, TimerId, WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { TerminalWorkflowStatus } from "../status.ts";
import type { NewInstance } from "../transition/start.ts";

/** Everything that moves an instance on. Plain data: code has run before an event is made. */
export type WorkflowEvent = StepEvent | OutsideEvent | SteeringEvent;

/** What the run of a step's code came to. Names the attempt: a stale one changes nothing. */
export type StepEvent = StepSucceeded | StepSkipped | StepFailed | StepRetrying | StepWaiting;

/** What comes from people, other systems, other instances and clocks. */
export type OutsideEvent =
  | TaskCompleted
  | TaskReassigned
  | TimerFired
  | TimerTaken
  | CallbackReceived
  | SignalReceived
  | ChildEnded
  | DeadlinePassed;

/** What those who run the system decide about an instance. */
export type SteeringEvent =
  | InstanceCanceled
  | InstancePaused
  | InstanceResumed
  | InstanceRetried
  | StepSkipRequested
  | StepScheduled;

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

/** `canExecute` or a person said no: the flow goes on as after a success. */
export interface StepSkipped extends BranchGoesOn {
  readonly type: "step.skipped";
}

export interface StepFailed extends BranchGoesOn {
  readonly type: "step.failed";
  readonly error: StepError;
  /** `onFailure` returned: the flow goes on. Otherwise the instance fails and `edges` is empty. */
  readonly handled: boolean;
}

/** A try has failed and another one follows. */
export interface StepRetrying extends StepEventBase {
  readonly type: "step.retrying";
  readonly error: StepError;
  readonly retryAt: Date;
  /** What the try has said last, for the next one. */
  readonly heartbeatDetails: JsonValue;
  /** Whether what the step had waited for is forgotten, so that it waits anew. */
  readonly waitsAnew: boolean;
}

export interface StepWaiting extends StepEventBase {
  readonly type: "step.waiting";
  readonly wait: WaitRequest;
}

/** What a step wants to wait for. */
export type WaitRequest =
  | TaskRequest
  | TimerRequest
  | CallbackRequest
  | SignalRequest
  | ChildRequest
  | GroupRequest;

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

export interface SignalRequest {
  readonly kind: "signal";
  readonly name: string;
  /** Null waits for ever. */
  readonly timeoutAt: Date | null;
}

/** Another workflow that is started with this step. */
export interface ChildRequest {
  readonly kind: "child";
  readonly instance: NewInstance;
}

/** The members of a group are to run. */
export interface GroupRequest {
  readonly kind: "group";
  /** The one member that a conditional group runs, null for all. */
  readonly chosen: number | null;
  /** The items of a map, null for other groups. */
  readonly items: readonly JsonValue[] | null;
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

/**
 * A timer is due in a moment, and the worker that has set it takes the step: it waits for the moment and
 * then runs the step's code, or where that has none, the code of the step behind it. Too late where the
 * instance has moved on since.
 */
export interface TimerTaken {
  readonly type: "timer.taken";
  readonly timerId: TimerId;
  readonly workerId: WorkerId;
  /** The moment: what ends now has ended then. */
  readonly dueAt: Date;
  /** The only edge that the step can take, where it has no code; null where its code comes first. */
  readonly edge: EdgeIndex | null;
  /** Version of the instance as the worker has left it: it knows all that the step will see. */
  readonly version: number;
}

export interface CallbackReceived {
  readonly type: "callback.received";
  readonly executionId: ExecutionId;
  readonly callbackKey: string;
  readonly payload: JsonValue;
}

export interface SignalReceived {
  readonly type: "signal.received";
  readonly signalId: SignalId;
  readonly name: string;
  readonly payload: JsonValue;
  /** The sender's own id: the same one again under this name is the same signal. Null for none. */
  readonly deduplicationId: string | null;
}

/** A workflow that a step has started is over. */
export interface ChildEnded {
  readonly type: "child.ended";
  readonly executionId: ExecutionId;
  readonly instanceId: InstanceId;
  readonly status: TerminalWorkflowStatus;
  readonly error: string | null;
}

export interface DeadlinePassed {
  readonly type: "deadline.passed";
}

export interface InstanceCanceled {
  readonly type: "instance.canceled";
  readonly reason: string;
}

export interface InstancePaused {
  readonly type: "instance.paused";
}

export interface InstanceResumed {
  readonly type: "instance.resumed";
  /** Leave where it stands and go on from this step; null goes on where it stood. */
  readonly fromStep: string | null;
}

/** A failed instance goes on. */
export interface InstanceRetried {
  readonly type: "instance.retried";
  /** Null takes up again every place where it stood. */
  readonly fromStep: string | null;
  /** Merged into the context first. */
  readonly contextPatch: JsonObject;
}

/** A step is to be left out; the flow goes on as if its `canExecute` had said no. */
export interface StepSkipRequested {
  readonly type: "step.skip-requested";
  readonly executionId: ExecutionId;
}

/** A step is to run besides what runs already, at some moment or at once. */
export interface StepScheduled {
  readonly type: "step.scheduled";
  readonly stepName: string;
  /** Null: now. */
  readonly runAt: Date | null;
}
