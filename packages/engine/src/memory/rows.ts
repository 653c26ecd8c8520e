import type { ExecutionId, InstanceId, WorkerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { NewAttempt, NewMessage, NewSignal, NewTask, NewTimer } from "../state/changes.ts";
import type { StepError } from "../state/events.ts";
import type {
  Arrival,
  FlowMemory,
  Membership,
  PendingReason,
  Resumption,
  Wait,
} from "../state/instance-state.ts";
import type { StepStatus, StepType, TaskStatus, WorkflowStatus } from "../status.ts";
import type { Origin, StartRequest } from "../transition/start.ts";

export interface InstanceRow {
  readonly id: InstanceId;
  readonly request: StartRequest;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly startedAt: Date;
  readonly status: WorkflowStatus;
  readonly version: number;
  readonly sequence: number;
  readonly liveTokens: number;
  readonly activeTokens: number;
  readonly currentStep: string | null;
  readonly terminalReached: boolean;
  readonly memory: FlowMemory;
  readonly context: JsonObject;
  readonly output: JsonValue;
  readonly error: string | null;
  readonly completedAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly origin: Origin | null;
}

export interface ExecutionRow {
  readonly id: ExecutionId;
  readonly instanceId: InstanceId;
  readonly stepName: string;
  readonly stepType: StepType;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly failedTries: number;
  readonly lostAttempts: number;
  readonly heartbeatDetails: JsonValue;
  readonly workerId: WorkerId | null;
  readonly sequence: number | null;
  readonly contextSequence: number | null;
  readonly arrivals: readonly Arrival[];
  readonly membership: Membership | null;
  readonly item: JsonValue | undefined;
  readonly undoes: ExecutionId | null;
  readonly wait: Wait | null;
  readonly pendingFor: PendingReason | null;
  readonly resumption: Resumption | null;
  readonly result: JsonValue;
  readonly error: StepError | null;
  readonly contextChanges: JsonObject | null;
  readonly assignedTo: string | null;
  readonly completedBy: string | null;
  readonly dispatchedAt: Date | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

export interface AttemptRow extends NewAttempt {
  readonly startedAt: Date | null;
}

export interface TaskRow extends NewTask {
  readonly instanceId: InstanceId;
  readonly status: TaskStatus;
  readonly completedBy: string | null;
  readonly completedAt: Date | null;
  readonly data: JsonObject | null;
  readonly comment: string | null;
  readonly createdAt: Date;
}

export interface TimerRow extends NewTimer {
  readonly instanceId: InstanceId;
}

export interface CallbackRow {
  readonly instanceId: InstanceId;
  readonly executionId: ExecutionId;
  readonly tokenHash: string;
  readonly callbackKey: string;
  readonly open: boolean;
}

export interface SignalRow extends NewSignal {
  readonly instanceId: InstanceId;
}

export interface MessageRow extends NewMessage {
  readonly writtenAt: Date;
}
