import type {
  ClaimRequest,
  ClaimResult,
  DefinitionId,
  DueTimer,
  FoundCallback,
  FoundDefinition,
  FoundTimer,
  InstanceId,
  InstanceState,
  MessageId,
  NewInstance,
  NewMessage,
  Piece,
  ScheduledExecution,
  StartResult,
  TimerId,
  UndoableStep,
  WorkerHeartbeat,
  WorkerId,
  WorkflowStructure,
} from "@drover/engine";
import type { StateRequest } from "./statements/load-state.ts";
import type { Transition } from "./statements/transition.ts";

/**
 * The single statements that a store sends: each sees one moment and is done whole or not at all.
 * What is said twice, gathered or decided is the business of `StatementStore`. Each may throw what
 * Postgres and its driver throw (`connection-errors.ts`); after a lost connection nobody knows
 * whether it was carried out.
 */
export interface Statements {
  /** @throws DefinitionConflictError */
  registerDefinitions(structures: readonly WorkflowStructure[]): Promise<DefinitionId[]>;
  findDefinition(name: string, version: string | null): Promise<FoundDefinition | null>;
  findStructure(id: DefinitionId): Promise<WorkflowStructure | undefined>;

  /** What the core needs of instances to decide about some events; null where one is not there. */
  loadStates(requests: readonly StateRequest[]): Promise<(InstanceState | null)[]>;
  /** Everything of an instance but what can be undone; null where it is not there. */
  loadWholeState(id: InstanceId): Promise<InstanceState | null>;
  /** What succeeded last and could be undone. */
  loadUndoable(id: InstanceId, compensatingSteps: readonly string[]): Promise<UndoableStep[]>;

  /**
   * Writes each transition whose rows are still as the core saw them: executions by status and
   * attempt, the instance by version. At most one of each instance.
   * @returns for each whether it was written
   */
  commitTransitions(transitions: readonly Transition[]): Promise<boolean[]>;
  /**
   * The same for transitions in which a single token moves on inline (`isMove`).
   * @returns for each whether it was written
   */
  moveOn(transitions: readonly Transition[]): Promise<boolean[]>;
  /** @returns for each transition whether an earlier, unanswered try had written it */
  findCommitted(transitions: readonly Transition[]): Promise<boolean[]>;

  claimExecutions(requests: readonly ClaimRequest[]): Promise<ClaimResult[]>;
  /** @param requests each a list of instances that start together or not at all; no key twice */
  startInstances(requests: readonly (readonly NewInstance[])[]): Promise<StartResult[][]>;

  release(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): Promise<ScheduledExecution[]>;
  heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]>;
  removeWorker(workerId: WorkerId): Promise<void>;
  recoverLost(silentFor: number, finder: WorkerId): Promise<ScheduledExecution[]>;
  takeUndispatched(before: number, limit: number): Promise<ScheduledExecution[]>;
  listScheduled(after: string | null, limit: number): Promise<Piece<ScheduledExecution>>;

  listDueTimers(within: number, limit: number): Promise<DueTimer[]>;
  listNearTimers(within: number, after: string | null, limit: number): Promise<Piece<DueTimer>>;
  findTimers(timerIds: readonly TimerId[]): Promise<(FoundTimer | null)[]>;
  listPassedDeadlines(limit: number): Promise<InstanceId[]>;
  findCallback(tokenHash: string): Promise<FoundCallback | null>;
  listMessages(writtenBefore: number, limit: number): Promise<NewMessage[]>;
  removeMessages(messageIds: readonly MessageId[]): Promise<void>;
}
