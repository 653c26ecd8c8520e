import type { StepRecord } from "./context/workflow-context.ts";
import type { WorkflowStructure } from "./definition/structure.ts";
import type { DefinitionId, ExecutionId, InstanceId, MessageId, TimerId, WorkerId } from "./ids.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { Piece } from "./piece.ts";
import type { Changes, Command, NewMessage, ScheduledExecution } from "./state/changes.ts";
import type { StepError, StepEvent, WorkflowEvent } from "./state/events.ts";
import type {
  Arrival,
  InstanceState,
  Membership,
  Resumption,
  RunningToken,
} from "./state/instance-state.ts";
import type { StepStatus } from "./status.ts";
import type { NewInstance } from "./transition/start.ts";

/**
 * Where all facts are kept. Two stores keep this contract (`testing/store-contract`): one in
 * memory, one on Postgres. Reading for people (lists, details) is not part of it.
 */
export interface WorkflowStore {
  /**
   * Writes definitions, or finds them: the same name and version with the same structure is the
   * same definition.
   * @returns their ids, in the order given
   * @throws DefinitionConflictError when a version is known with another structure
   */
  registerDefinitions(structures: readonly WorkflowStructure[]): Promise<DefinitionId[]>;

  /**
   * Writes new instances with their first step, all or none. One whose idempotency key is known is
   * not written; the answer names the instance that has the key. Where the key was used for
   * another request (another hash), none of these instances is written. No key may occur twice.
   */
  startInstances(instances: readonly NewInstance[]): Promise<StartResult[]>;

  /**
   * Takes a scheduled step execution for a worker, if it is still scheduled under this attempt,
   * the worker knows its definition, and it was not lost more often than the worker can bear now.
   */
  claim(request: ClaimRequest): Promise<ClaimResult>;

  /**
   * Carries one event through the core and commits what follows, all of it or nothing.
   * @param known what the caller knows of the instance; read where absent or out of date
   * @param runAhead asked, where the event leads to one more step of the caller, before that is written; a
   *   store may do without
   * @returns `stale` when the event came too late to matter, or a signal has come before
   *   to an instance that still lives
   * @throws the documents' errors where the event cannot be, WorkflowInstanceNotFoundError
   */
  dispatch(
    instanceId: InstanceId,
    event: WorkflowEvent,
    known?: Known,
    runAhead?: RunAhead,
  ): Promise<Dispatched>;

  /**
   * Gives up what runs under a worker's name without being in its hands: claims and commits whose
   * answer was lost, and ends that could not be written. Scheduled again, under a new attempt.
   * @param inHand what the worker knows that it runs
   * @param untouchedFor milliseconds; younger rows may still be on their way into its hands
   */
  releaseExecutions(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): Promise<ScheduledExecution[]>;

  /** Says that a worker lives. @returns which of what it runs is no longer its own */
  heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]>;

  /** The worker is gone for good, in order. */
  removeWorker(workerId: WorkerId): Promise<void>;

  /**
   * Takes back the running executions of workers that have been silent for too long: scheduled
   * again, under a new attempt. Each counts as lost once more; what its worker gives up itself
   * (`releaseExecutions`) does not.
   * @param silentFor milliseconds without a heartbeat
   * @param finder who looks; it never takes back what is its own
   */
  recoverLostExecutions(silentFor: number, finder: WorkerId): Promise<ScheduledExecution[]>;

  /**
   * Scheduled executions that were handed to the queue longer ago than that and are still not
   * claimed; their time is set to now, so that each is looked at once in a while.
   * @param dispatchedBefore milliseconds
   */
  takeUndispatched(dispatchedBefore: number, limit: number): Promise<ScheduledExecution[]>;

  /**
   * All scheduled executions in pieces, those first that were handed over the longest ago: to fill
   * an empty queue. What is scheduled meanwhile may or may not be among them.
   * @param after where the piece before this one ended; null for the first
   */
  listScheduled(after: string | null, limit: number): Promise<Piece<ScheduledExecution>>;

  /** Timers that are due within that many milliseconds (0: due now), the earliest first. */
  listDueTimers(within: number, limit: number): Promise<DueTimer[]>;

  /**
   * The same timers in pieces, however many there are.
   * @param after where the piece before this one ended; null for the first
   */
  listNearTimers(within: number, after: string | null, limit: number): Promise<Piece<DueTimer>>;

  /** Live instances whose deadline has passed. */
  listPassedDeadlines(limit: number): Promise<InstanceId[]>;

  /** Messages that were written more than so many milliseconds ago and are still not delivered. */
  listMessages(writtenBefore: number, limit: number): Promise<NewMessage[]>;

  /** These messages have been delivered, or have nobody to be delivered to. */
  removeMessages(messageIds: readonly MessageId[]): Promise<void>;

  /** A definition to start: this version, or the newest that is active. */
  findDefinition(name: string, version: string | null): Promise<FoundDefinition | null>;

  /** A timer that has not fired yet. */
  findTimer(timerId: TimerId): Promise<FoundTimer | null>;
  findCallback(tokenHash: string): Promise<FoundCallback | null>;
}

/** What the sender of an event knows of the instance: it spares the store reading it. */
export interface Known {
  /** The whole state, where nobody else can have moved the instance on. */
  readonly state?: InstanceState;
  /** The token that the event ends or parks. */
  readonly token?: RunningToken;
}

/**
 * Runs a step before it is written that it is the caller's, where nothing tells of such a run but what it comes
 * to: its end is then written with the end of the step before. Nothing may be kept of it before that: the commit
 * may be lost, and all of it is decided anew.
 * @param after the event that has led to the step
 * @returns the step's end; null where the step is to run once it is written
 */
export type RunAhead = (
  after: WorkflowEvent,
  decided: { readonly inline: InlineStep; readonly state: InstanceState },
) => Promise<StepEvent | null>;

export interface StartResult {
  readonly instanceId: InstanceId;
  /** False when an instance with this key was there before, or none was written. */
  readonly created: boolean;
  /** Hash of the request that has the key, null without a key. */
  readonly requestHash: string | null;
  /** Whether its first step is in the hands of a worker that had offered to take it: it needs no job. */
  readonly isTaken: boolean;
}

export interface ClaimRequest extends ScheduledExecution {
  readonly workerId: WorkerId;
  /** Definitions whose code the worker has. */
  readonly definitionIds: readonly DefinitionId[];
  /** Leaves alone what was lost this often or more; takes all where it is not given. */
  readonly lostLessThan?: number;
}

export type ClaimResult =
  | { readonly kind: "claimed"; readonly step: ClaimedStep }
  /** Taken by another, ended, or of an earlier attempt: the job can be dropped. */
  | { readonly kind: "stale" }
  /** Scheduled, but this worker has no code for it. */
  | { readonly kind: "unknown-definition" }
  /** Scheduled, and lost too often for what the worker has asked. */
  | { readonly kind: "suspect" };

/** A step execution in the hands of a worker, with all it needs to run. */
export interface ClaimedStep {
  readonly executionId: ExecutionId;
  readonly instanceId: InstanceId;
  readonly definitionId: DefinitionId;
  readonly stepName: string;
  readonly attempt: number;
  /** Tries of its code that have failed. */
  readonly failedTries: number;
  /** How often in a row its worker was lost while it ran: since its code last came to something. */
  readonly lostAttempts: number;
  /** What the last try has said before it failed or its worker was lost. */
  readonly heartbeatDetails: JsonValue;
  readonly arrivals: readonly Arrival[];
  /** Null on the first way in; set when what the step waited for has come. */
  readonly resumption: Resumption | null;
  readonly membership: Membership | null;
  /** What a member of a map works on; undefined outside of maps. */
  readonly item: ItemAtHand | undefined;
  /** What the members of a group came to, where the step is their group or its callback. */
  readonly members: readonly MemberRecord[];
  /** What the workflow came to for which the step has waited. */
  readonly childOutput: JsonValue;
  /** The execution that this one undoes; null for the ordinary way forward. */
  readonly undoes: ExecutionId | null;
  /** How many instances lie above this one. */
  readonly depth: number;
  /** The whole committed context. */
  readonly context: JsonObject;
  readonly metadata: JsonObject;
  readonly history: readonly StepRecord[];
  readonly startedAt: string;
  readonly createdBy: string | null;
  readonly tenantId: string | null;
  /** The instance's state where this is its only token; null where others may move it. */
  readonly state: InstanceState | null;
}

/** The item of a map, and its place in the list. */
export interface ItemAtHand {
  readonly value: JsonValue;
  readonly index: number;
}

/** What one member of a group came to. */
export interface MemberRecord {
  readonly stepName: string;
  /** Place in declared order; of a map: of its item. The callback's is -1. */
  readonly index: number;
  readonly status: StepStatus;
  readonly result: JsonValue;
  readonly error: StepError | null;
}

export interface FoundDefinition {
  readonly definitionId: DefinitionId;
  readonly structure: WorkflowStructure;
  readonly isActive: boolean;
}

export type Dispatched =
  | {
      readonly kind: "committed";
      readonly state: InstanceState;
      readonly commands: readonly Command[];
      /** The next step of the branch, claimed by the same commit; null where none was. */
      readonly inline: InlineStep | null;
      /**
       * What was written, and the state on which it was decided. Where several events were decided
       * on together the first that counted carries both, as it carries the commands.
       */
      readonly changes?: Changes;
      readonly before?: InstanceState;
      /** The end of a step that ran ahead, the last of those that were written with the event. */
      readonly last?: StepEvent;
    }
  | { readonly kind: "stale" };

/** A step that the same worker goes on with, without a way over the queue. */
export interface InlineStep {
  readonly executionId: ExecutionId;
  readonly stepName: string;
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
}

export interface WorkerHeartbeat {
  readonly workerId: WorkerId;
  readonly host: string;
  readonly pid: number;
  readonly concurrency: number;
  readonly draining: boolean;
  /** The definitions whose code it has; null where it does not say. */
  readonly definitionIds: readonly DefinitionId[] | null;
  readonly running: readonly ScheduledExecution[];
  /** What running code has said since the last beat, for the try after this one. */
  readonly details: readonly HeartbeatDetails[];
}

export interface HeartbeatDetails extends ScheduledExecution {
  readonly details: JsonValue;
}

export interface DueTimer {
  readonly timerId: TimerId;
  readonly instanceId: InstanceId;
  readonly fireAt: Date;
}

export interface FoundTimer extends DueTimer {
  /**
   * Milliseconds until it is due by the store's clock, the only one that counts: those of the
   * processes differ. 0 or less where it is due.
   */
  readonly dueIn: number;
}

export interface FoundCallback {
  readonly instanceId: InstanceId;
  readonly executionId: ExecutionId;
  readonly callbackKey: string;
  readonly open: boolean;
}
