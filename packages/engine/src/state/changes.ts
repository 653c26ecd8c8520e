import type {
  ExecutionId,
  InstanceId,
  MessageId,
  SignalId,
  TaskId,
  TimerId,
  WorkerId,
} from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type {
  EndedStepStatus,
  LiveStepStatus,
  StepStatus,
  StepType,
  TaskStatus,
  WorkflowStatus,
} from "../status.ts";
import type { NewInstance } from "../transition/start.ts";
import type { CallbackRequest, StepError, TaskRequest, WorkflowEvent } from "./events.ts";
import type {
  Arrival,
  FlowMemory,
  Membership,
  PendingReason,
  Resumption,
  Wait,
} from "./instance-state.ts";

/**
 * What one transition writes, all of it or nothing.
 *
 * Guards: each entry of `executions` must still be what its `from` says, and the instance's row
 * must still have version `fromVersion`; where `instance` is given that row is locked and changed.
 */
export interface Changes {
  readonly instanceId: InstanceId;
  readonly fromVersion: number;
  /** Null where a single token moves on inline: the instance's row is read, not touched. */
  readonly instance: InstanceChange | null;
  readonly executions: readonly ExecutionChange[];
  readonly newExecutions: readonly NewExecution[];
  readonly newAttempts: readonly NewAttempt[];
  readonly newTasks: readonly NewTask[];
  readonly tasks: readonly TaskChange[];
  readonly newTimers: readonly NewTimer[];
  readonly newCallbacks: readonly NewCallback[];
  readonly newSignals: readonly NewSignal[];
  /** Signals that a step has taken. */
  readonly takenSignals: readonly SignalId[];
  /** Workflows that a step starts. */
  readonly newInstances: readonly NewInstance[];
  /** What other instances are to be told. */
  readonly newMessages: readonly NewMessage[];
  /** Executions that wait no longer: their timers and callbacks are closed. */
  readonly closedWaits: readonly ExecutionId[];
}

export interface InstanceChange {
  readonly status: WorkflowStatus;
  readonly currentStep: string | null;
  readonly liveTokens: number;
  /** Those of them that are scheduled or running. */
  readonly activeTokens: number;
  readonly sequence: number;
  readonly terminalReached: boolean;
  readonly memory: FlowMemory;
  /** Merged into the stored context, key by key. */
  readonly contextChanges: JsonObject;
  /** What the workflow came to; undefined leaves what is stored. */
  readonly output: JsonValue | undefined;
  readonly error: string | null;
  readonly completedAt: Date | null;
  /** Whether a failed instance lives again. */
  readonly revived: boolean;
  /** Counts anew where a failed instance lives again; null leaves what is stored. */
  readonly deadlineAt: Date | null;
}

export interface ExecutionChange {
  readonly executionId: ExecutionId;
  readonly from: { readonly status: LiveStepStatus; readonly attempt: number };
  readonly status: StepStatus;
  readonly attempt: number;
  /** Place in the history; null while the execution is live. */
  readonly sequence: number | null;
  readonly result: JsonValue;
  readonly error: StepError | null;
  readonly contextChanges: JsonObject | null;
  /** What a waiting execution waits for, why a pending one is pending; null otherwise. */
  readonly wait: Wait | null;
  readonly pendingFor: PendingReason | null;
  /** New at a join; null leaves what is stored. */
  readonly arrivals: readonly Arrival[] | null;
  /** Why a waiting execution goes on; null leaves what is stored. */
  readonly resumption: Resumption | null;
  /** Null leaves who is stored, as with `completedBy`. */
  readonly assignedTo: string | null;
  readonly completedBy: string | null;
  /** Set where the commit claims the execution for a worker; null leaves who is stored. */
  readonly workerId: WorkerId | null;
  /** As with new executions; null leaves what is stored. */
  readonly contextSequence: number | null;
  readonly endedAt: Date | null;
}

/** How an execution has ended that the same transition has made. */
export interface ExecutionEnd {
  readonly status: EndedStepStatus;
  /** Place in the history. */
  readonly sequence: number;
  readonly result: JsonValue;
  readonly contextChanges: JsonObject | null;
  readonly endedAt: Date;
}

export interface NewExecution {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  readonly stepType: StepType;
  readonly status: LiveStepStatus;
  readonly attempt: number;
  readonly wait: Wait | null;
  readonly pendingFor: PendingReason | null;
  readonly membership: Membership | null;
  /** What a member of a map works on; undefined for all others. */
  readonly item: JsonValue | undefined;
  readonly undoes: ExecutionId | null;
  /** Set where the execution is born running: claimed by the commit that creates it. */
  readonly workerId: WorkerId | null;
  /** Sequence of the last ended step whose changes the execution sees; null until it starts. */
  readonly contextSequence: number | null;
  readonly arrivals: readonly Arrival[];
  readonly createdAt: Date;
  /** Null while it lives; else it has run before it was written. */
  readonly end: ExecutionEnd | null;
}

/** A try that failed and is followed by another one. */
export interface NewAttempt {
  readonly executionId: ExecutionId;
  readonly attempt: number;
  readonly error: StepError;
  /** What it has said last, for the next one. */
  readonly heartbeatDetails: JsonValue;
  /** Whether the next one waits anew: why this one had gone on is forgotten. */
  readonly waitsAnew: boolean;
  readonly endedAt: Date;
}

export interface NewTask extends Omit<TaskRequest, "kind"> {
  readonly taskId: TaskId;
  readonly executionId: ExecutionId;
  readonly stepName: string;
}

export interface TaskChange {
  readonly taskId: TaskId;
  readonly status: TaskStatus;
  /** Null leaves the assignee as it is. */
  readonly assigneeId: string | null;
  readonly completedBy: string | null;
  readonly completedAt: Date | null;
  readonly data: JsonObject | null;
  readonly comment: string | null;
}

export interface NewTimer {
  readonly timerId: TimerId;
  readonly executionId: ExecutionId;
  readonly fireAt: Date;
}

export interface NewCallback extends Omit<CallbackRequest, "kind"> {
  readonly executionId: ExecutionId;
}

/** A signal that has come; `taken` where a step waited for it. */
export interface NewSignal {
  readonly signalId: SignalId;
  readonly name: string;
  readonly payload: JsonValue;
  readonly deduplicationId: string | null;
  readonly receivedAt: Date;
  readonly taken: boolean;
}

/** An event for another instance: written with what causes it, delivered afterwards. */
export interface NewMessage {
  readonly messageId: MessageId;
  readonly instanceId: InstanceId;
  readonly event: WorkflowEvent;
}

/** An execution under one of its attempts. */
export interface ScheduledExecution {
  readonly executionId: ExecutionId;
  readonly attempt: number;
  /** That nothing has come before it in its instance: a hint, by which it is claimed at half the price. */
  readonly isFirst?: true;
}

/** What the shell does after the commit. Losing a command is no harm: the rows say the same. */
export type Command =
  | ({ readonly type: "enqueue" } & ScheduledExecution)
  | {
      readonly type: "set-timer";
      readonly instanceId: InstanceId;
      readonly timerId: TimerId;
      readonly fireAt: Date;
    }
  | { readonly type: "abort"; readonly executionId: ExecutionId; readonly attempt: number }
  | ({ readonly type: "deliver" } & NewMessage);
