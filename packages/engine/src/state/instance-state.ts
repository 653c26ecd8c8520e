import type { EdgeIndex } from "../graph/flow-graph.ts";
import type { DefinitionId, ExecutionId, InstanceId, SignalId, TaskId, TimerId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { WorkflowStatus } from "../status.ts";
import type { StepError } from "./events.ts";

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
  /** Live step executions, oldest first: all of them, or those that the event concerns. */
  readonly tokens: readonly Token[];
  /** Live members of groups that `tokens` leaves out. */
  readonly hidden: HiddenTokens;
  readonly memory: FlowMemory;
  /** Signals that have come and that no step has taken yet, oldest first; null: not read. */
  readonly signals: readonly KeptSignal[] | null;
  /** What would have to be undone if the instance failed now, the latest first; null: not read. */
  readonly undoable: readonly UndoableStep[] | null;
  /** The step of another instance that waits for this one; null where there is none. */
  readonly parent: Parent | null;
}

/** How many tokens a state leaves out: thousands of members of a group need not be read for one. */
export interface HiddenTokens {
  readonly live: number;
  /** Those of them that are scheduled or running. */
  readonly active: number;
}

/** What the flow has to remember besides its tokens. */
export interface FlowMemory {
  /** Joins that have started with the n-th arrival and still absorb what comes later. */
  readonly firedJoins: readonly FiredJoin[];
  /** How a failed instance stood when it failed: where a retry goes on. Null unless it failed. */
  readonly failure: Failure | null;
  /** Set while a failed instance undoes what had succeeded. */
  readonly compensation: Compensation | null;
}

export const NOTHING_REMEMBERED: FlowMemory = {
  firedJoins: [],
  failure: null,
  compensation: null,
};

/** A join that has started: each of its edges brings one token, early or late. */
export interface FiredJoin {
  readonly stepName: string;
  readonly edges: readonly EdgeIndex[];
}

export interface Failure {
  /** The step that failed. */
  readonly stepName: string;
  /** Where tokens stood, the failed step's own included. */
  readonly places: readonly FailedPlace[];
  /** Steps that were undone since, in this order. */
  readonly undone: readonly string[];
}

export interface FailedPlace {
  readonly stepName: string;
  readonly arrivals: readonly Arrival[];
  /** Whether the token waited at a join. */
  readonly atJoin: boolean;
}

export interface Compensation {
  /** Why the instance fails when all is undone. */
  readonly error: string;
}

export interface UndoableStep {
  readonly executionId: ExecutionId;
  readonly stepName: string;
}

export interface KeptSignal {
  readonly signalId: SignalId;
  readonly name: string;
  readonly payload: JsonValue;
}

export interface Parent {
  readonly instanceId: InstanceId;
  readonly executionId: ExecutionId;
}

/** A live step execution: one place where the instance stands. */
export type Token = PendingToken | ScheduledToken | RunningToken | WaitingToken;

interface TokenBase {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  /** The fencing number: grows whenever the execution changes hands. */
  readonly attempt: number;
  /** Over which edges it has come, and from whom. */
  readonly arrivals: readonly Arrival[];
  /** Its place in a group; null for steps of the workflow itself. */
  readonly membership: Membership | null;
  /** The execution that this one undoes; null for the ordinary way forward. */
  readonly undoes: ExecutionId | null;
}

export interface PendingToken extends TokenBase {
  readonly status: "pending";
  readonly pendingFor: PendingReason;
}

/** A token that must not start yet waits for other branches, for its turn or for a pause to end. */
export const PENDING_REASONS = ["join", "turn", "pause"] as const;
export type PendingReason = (typeof PENDING_REASONS)[number];

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

/** Where a token stands inside a group. */
export interface Membership {
  /** The step execution of the group. */
  readonly groupId: ExecutionId;
  /** Place in declared order (a map: of its item); `CALLBACK_INDEX` for the group's callback. */
  readonly index: number;
  /** The execution that holds the item which this one works on; null outside of maps. */
  readonly itemId: ExecutionId | null;
}

export const CALLBACK_INDEX = -1;

/** Stands for an edge where a token comes from inside its group. */
export const NO_EDGE = -1;

/** What a waiting step execution waits for. */
export type Wait =
  | { readonly kind: "task"; readonly taskId: TaskId; readonly assigneeId: string | null }
  | { readonly kind: "timer"; readonly timerId: TimerId }
  | { readonly kind: "callback" }
  /** Its first run, or the next after one that failed: the step starts anew when the time comes. */
  | { readonly kind: "delay"; readonly timerId: TimerId }
  | { readonly kind: "signal"; readonly name: string; readonly timerId: TimerId | null }
  | { readonly kind: "child"; readonly instanceId: InstanceId }
  | GroupWait;

/** How far a group has come. */
export interface GroupWait {
  readonly kind: "group";
  /** How many members it runs: steps, or items of a map. */
  readonly size: number;
  readonly ended: number;
  /** Index of the first member that waits for its turn; `size` when none does. */
  readonly next: number;
  /** Characters of JSON that its members have come to; none where an earlier version began it. */
  readonly resultSize?: number;
  /** The last error of a member that failed without failing the group. */
  readonly lastError: StepError | null;
}

/** A token that has come over an edge: which one, and which step execution sent it. */
export interface Arrival {
  readonly edge: EdgeIndex;
  readonly executionId: ExecutionId;
}

/** What wakes a waiting step execution, kept on its row for the worker that goes on with it. */
export type Resumption =
  | { readonly kind: "task"; readonly data: JsonObject; readonly completedBy: string }
  | { readonly kind: "timer" }
  | { readonly kind: "callback"; readonly payload: JsonValue }
  | { readonly kind: "signal"; readonly payload: JsonValue }
  /** No signal came in time. */
  | { readonly kind: "signal-timeout" }
  /** The other workflow is over; its output is on its row. */
  | {
      readonly kind: "child";
      readonly instanceId: InstanceId;
      readonly error: StepError | null;
    }
  /** The members have ended; their results are on their rows. */
  | { readonly kind: "group"; readonly error: StepError | null }
  /** Somebody has decided that the step is left out. */
  | { readonly kind: "skip" };
