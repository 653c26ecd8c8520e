import type { Statements, Transition } from "@drover/db/store";
import {
  pickDefinition,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type DueTimer,
  type ExecutionId,
  type FoundCallback,
  type FoundDefinition,
  type FoundTimer,
  type InstanceId,
  type InstanceState,
  type MessageId,
  type NewId,
  type NewInstance,
  type NewMessage,
  type Piece,
  type StateNeeds,
  type TimerId,
  type UndoableStep,
  type WorkerId,
  type WorkflowStructure,
} from "@drover/engine";
import {
  claimedStep,
  MemoryRows,
  pieceOfTimers,
  readState,
  dueTimers,
  type ExecutionRow,
  findCallback,
  messagesUpTo,
} from "@drover/engine/memory";
import type { PlantedFault } from "../planted.ts";
import { Commits, type CommitWatch } from "./commits.ts";
import { OfferRows } from "./start-offers.ts";
import { registerDefinition } from "./definitions.ts";
import { startAll } from "./starts.ts";
import type { SynchronousStatements } from "./synchronous.ts";
import { WorkerRows } from "./worker-rows.ts";

/** Sees what becomes of rows. */
export interface DatabaseWatch extends CommitWatch {
  readonly claimed: (executionId: ExecutionId, attempt: number) => void;
  readonly offerTaken: () => void;
}

export interface DatabaseOptions {
  /** The database's own clock. */
  readonly now: () => Date;
  readonly newId: NewId;
  readonly planted: PlantedFault | null;
  readonly watch: DatabaseWatch;
}

/** Answers the statements of packages/db over rows in memory, each in one moment. */
export class SimulatedDatabase implements SynchronousStatements {
  readonly rows = new MemoryRows();
  readonly offers: OfferRows;
  readonly #options: DatabaseOptions;
  readonly #commits: Commits;
  readonly release: SynchronousStatements["release"];
  readonly heartbeat: SynchronousStatements["heartbeat"];
  readonly removeWorker: SynchronousStatements["removeWorker"];
  readonly recoverLost: SynchronousStatements["recoverLost"];
  readonly takeUndispatched: SynchronousStatements["takeUndispatched"];
  readonly listScheduled: SynchronousStatements["listScheduled"];

  constructor(options: DatabaseOptions) {
    this.#options = options;
    const { now, planted, watch } = options;
    this.offers = new OfferRows(now);
    this.#commits = new Commits(this.rows, now, planted, watch);
    const workers = new WorkerRows(this.rows, now, planted, this.#commits);
    this.release = (...values) => workers.release(...values);
    this.heartbeat = (...values) => workers.heartbeat(...values);
    this.removeWorker = (...values) => workers.remove(...values);
    this.recoverLost = (...values) => workers.recoverLost(...values);
    this.takeUndispatched = (...values) => workers.takeUndispatched(...values);
    this.listScheduled = (...values) => workers.listScheduled(...values);
  }

  registerDefinitions(structures: readonly WorkflowStructure[]): DefinitionId[] {
    return structures.map((structure) =>
      registerDefinition(this.rows, structure, this.#options.newId),
    );
  }

  findDefinition(name: string, version: string | null): FoundDefinition | null {
    const found = [...this.rows.definitions]
      .filter(([, structure]) => structure.name === name)
      .map(([definitionId, structure]) => ({ definitionId, structure, isActive: true }));
    return pickDefinition(found, version);
  }

  findStructure(id: DefinitionId): WorkflowStructure | undefined {
    return this.rows.definitions.get(id);
  }

  loadStates(requests: Parameters<Statements["loadStates"]>[0]): (InstanceState | null)[] {
    return requests.map(({ instanceId, needs }) => this.#state(instanceId, needs));
  }

  #state(id: InstanceId, needs: StateNeeds): InstanceState | null {
    return this.rows.instances.has(id) ? readState(this.rows, id, needs) : null;
  }

  loadWholeState(id: InstanceId): InstanceState | null {
    const state = this.#state(id, { kind: "whole" });
    return state === null ? null : { ...state, undoable: null };
  }

  loadUndoable(id: InstanceId): UndoableStep[] {
    return readState(this.rows, id, { kind: "whole" }).undoable?.slice(0, 1) ?? [];
  }

  commitTransitions(transitions: readonly Transition[]): boolean[] {
    return this.#commits.commit(transitions);
  }

  moveOn(transitions: readonly Transition[]): boolean[] {
    return this.#commits.commit(transitions);
  }

  findCommitted(transitions: readonly Transition[]): boolean[] {
    return this.#commits.find(transitions);
  }

  claimExecutions(requests: readonly ClaimRequest[]): ClaimResult[] {
    return requests.map((request) => this.#claim(request));
  }

  #claim(request: ClaimRequest): ClaimResult {
    const { executionId, attempt, workerId, definitionIds, lostLessThan = Infinity } = request;
    const row = this.rows.executions.get(executionId);
    if (row?.status !== "scheduled" || row.attempt !== attempt) return { kind: "stale" };
    const instance = this.rows.instance(row.instanceId);
    if (!definitionIds.includes(instance.request.definitionId)) {
      return { kind: "unknown-definition" };
    }
    if (row.lostAttempts >= lostLessThan) return { kind: "suspect" };
    this.#putClaimed(row, workerId);
    return { kind: "claimed", step: claimedStep(this.rows, this.rows.execution(executionId)) };
  }

  startInstances(requests: readonly (readonly NewInstance[])[]) {
    const isAlone = requests.flat().length === 1;
    return requests.map((request) =>
      startAll(
        this.rows,
        request,
        this.#options.now(),
        (id) => this.#commits.touch(id),
        (instance) => isAlone && this.#give(instance),
      ),
    );
  }

  /** As `START_ALONE`: what is taken is written as a claim would. */
  #give(instance: NewInstance): boolean {
    const offerer = this.offers.take(instance);
    if (offerer === null) return false;
    const { executionId } = instance.firstExecution;
    this.#putClaimed(this.rows.execution(executionId), offerer.workerId);
    this.#options.watch.offerTaken();
    return true;
  }

  #putClaimed(row: ExecutionRow, workerId: WorkerId): void {
    this.rows.putExecution({
      ...row,
      status: "running",
      workerId,
      contextSequence: this.rows.sequence(this.rows.instance(row.instanceId)),
      startedAt: row.startedAt ?? this.#options.now(),
    });
    this.#commits.touch(row.id);
    this.#options.watch.claimed(row.id, row.attempt);
  }

  listDueTimers(within: number, limit: number): DueTimer[] {
    return dueTimers(this.rows, this.#options.now().getTime() + within, limit);
  }

  listNearTimers(within: number, after: string | null, limit: number): Piece<DueTimer> {
    return pieceOfTimers(this.listDueTimers(within, Infinity), after, limit);
  }

  findTimers(timerIds: readonly TimerId[]): (FoundTimer | null)[] {
    return timerIds.map((timerId) => this.#timer(timerId));
  }

  #timer(timerId: TimerId): FoundTimer | null {
    const timer = this.rows.timers.get(timerId);
    if (timer === undefined) return null;
    return { ...timer, dueIn: timer.fireAt.getTime() - this.#options.now().getTime() };
  }

  listPassedDeadlines(limit: number): InstanceId[] {
    return this.rows.deadlines
      .upTo(this.#options.now().getTime(), limit)
      .filter((id) => this.rows.instance(id).memory.compensation === null);
  }

  findCallback(tokenHash: string): FoundCallback | null {
    return findCallback(this.rows, tokenHash);
  }

  listMessages(writtenBefore: number, limit: number): NewMessage[] {
    return messagesUpTo(this.rows, this.#options.now().getTime() - writtenBefore, limit);
  }

  removeMessages(messageIds: readonly MessageId[]): void {
    for (const messageId of messageIds) this.rows.messages.delete(messageId);
  }
}
