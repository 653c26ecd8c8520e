import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { DefinitionId, ExecutionId, InstanceId, TaskId, TimerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { WorkflowStatus } from "../status.ts";

/** What the core needs to know of an instance to decide what follows from an event. */
export interface InstanceState {
  readonly id: InstanceId;
  readonly definitionId: DefinitionId;
  readonly status: WorkflowStatus;
  /** Grows with every commit that touches the instance's row: two cannot decide at once. */
  readonly version: number;
  /** How many step executions have ended; gives each its place in the history. */
  readonly sequence: number;
  /** Whether a listed terminal step has ended. */
  readonly terminalReached: boolean;
  /**
   * Context changes that ended steps have left on their own rows and that the instance's row
   * does not hold yet. Only a single token that one worker carries on inline leaves any.
   */
  readonly unfolded: JsonObject;
  /** The live step executions, oldest first. */
  readonly tokens: readonly Token[];
}

/** A live step execution: one place where the instance stands. */
export type Token = PendingToken | ScheduledToken | RunningToken | WaitingToken;

interface TokenBase {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  /** The fencing number: grows whenever the execution changes hands. */
  readonly attempt: number;
}

export interface PendingToken extends TokenBase {
  readonly status: "pending";
  readonly arrivals: readonly Arrival[];
}

export interface ScheduledToken extends TokenBase {
  readonly status: "scheduled";
}

export interface RunningToken extends TokenBase {
  readonly status: "running";
}

export interface WaitingToken extends TokenBase {
  readonly status: "waiting";
  readonly wait: Wait;
}

/** What a waiting step execution waits for. */
export type Wait =
  | { readonly kind: "task"; readonly taskId: TaskId; readonly assigneeId: string | null }
  | { readonly kind: "timer"; readonly timerId: TimerId }
  | { readonly kind: "callback" };

/** A token that has come over an edge: which one, and which step execution sent it. */
export interface Arrival {
  readonly edge: EdgeIndex;
  readonly executionId: ExecutionId;
}

/** What wakes a waiting step execution, kept on its row for the worker that goes on with it. */
export type Resumption =
  | { readonly kind: "task"; readonly data: JsonObject; readonly completedBy: string }
  | { readonly kind: "timer" }
  | { readonly kind: "callback"; readonly payload: JsonValue };
