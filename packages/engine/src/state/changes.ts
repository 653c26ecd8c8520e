import type { ExecutionId, InstanceId, TaskId, TimerId, WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type {
  LiveStepStatus,
  StepStatus,
  StepType,
  TaskStatus,
  WorkflowStatus,
} from "../status.ts";
import type { CallbackRequest, StepError, TaskRequest } from "./events.ts";
import type { Arrival, Resumption } from "./instance-state.ts";

/**
 * What one transition writes, all of it or nothing.
 *
 * Guards: each entry of `executions` must still be what its `from` says, and where `instance` is
 * given its row must still have version `instance.fromVersion`.
 */
export interface Changes {
  readonly instanceId: InstanceId;
  /** Null where a single token moves on inline: the instance's row is not touched. */
  readonly instance: InstanceChange | null;
  readonly executions: readonly ExecutionChange[];
  readonly newExecutions: readonly NewExecution[];
  readonly newTasks: readonly NewTask[];
  readonly tasks: readonly TaskChange[];
  readonly newTimers: readonly NewTimer[];
  readonly newCallbacks: readonly NewCallback[];
  /** Executions that wait no longer: their timers and callbacks are closed. */
  readonly closedWaits: readonly ExecutionId[];
}

export interface InstanceChange {
  readonly fromVersion: number;
  readonly status: WorkflowStatus;
  readonly currentStep: string | null;
  readonly liveTokens: number;
  readonly sequence: number;
  readonly terminalReached: boolean;
  /** Merged into the stored context, key by key. */
  readonly contextChanges: JsonObject;
  readonly error: string | null;
  readonly completedAt: Date | null;
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
  /** New at a join; null leaves what is stored. */
  readonly arrivals: readonly Arrival[] | null;
  /** Why a waiting execution goes on; null leaves what is stored. */
  readonly resumption: Resumption | null;
  /** Null leaves who is stored, as with `completedBy`. */
  readonly assignedTo: string | null;
  readonly completedBy: string | null;
  readonly endedAt: Date | null;
}

export interface NewExecution {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  readonly stepType: StepType;
  readonly status: "pending" | "scheduled" | "running";
  readonly attempt: number;
  /** Set where the execution is born running: claimed by the commit that creates it. */
  readonly workerId: WorkerId | null;
  /** Sequence of the last ended step whose changes the execution sees; null until it starts. */
  readonly contextSequence: number | null;
  readonly arrivals: readonly Arrival[];
  readonly createdAt: Date;
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

/** What the shell does after the commit. Losing a command is no harm: the rows say the same. */
export type Command =
  | { readonly type: "enqueue"; readonly executionId: ExecutionId; readonly attempt: number }
  | { readonly type: "set-timer"; readonly timerId: TimerId; readonly fireAt: Date }
  | { readonly type: "abort"; readonly executionId: ExecutionId; readonly attempt: number };
