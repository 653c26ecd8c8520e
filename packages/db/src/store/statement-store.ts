import {
  CallbackTokenInUseError,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type Dispatched,
  type DueTimer,
  type FoundCallback,
  type FoundDefinition,
  type FoundTimer,
  type InstanceId,
  type InstanceState,
  type Known,
  type MessageId,
  type NewInstance,
  type NewId,
  type NewMessage,
  type Piece,
  type RunAhead,
  type ScheduledExecution,
  type StartResult,
  type TimerId,
  type WorkerHeartbeat,
  type WorkerId,
  type WorkflowEvent,
  type WorkflowStore,
  type WorkflowStructure,
} from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import { isRefusal } from "./connection-errors.ts";
import { Decisions } from "./decisions.ts";
import { GroupCommit } from "./group-commit.ts";
import { persist } from "./persist.ts";
import { startRounds } from "./start-rounds.ts";
import type { Statements } from "./statements.ts";
import type { StateRequest } from "./statements/load-state.ts";
import { isMove } from "./statements/move-on.ts";
import type { Transition } from "./statements/transition.ts";

/**
 * Items of one statement, items that may wait, and statements under way at once. The API and workers
 * bound what they take on themselves, far below this; it holds for whoever uses the store directly.
 */
export const GROUPS = {
  largest: 128,
  mostWaiting: 10_000,
  concurrency: 3,
  isOneItems: isRefusal,
} as const;

const SIGNAL_KEYS = ["workflow_signals_deduplication_key", "workflow_signals_pkey"];

/** What a store knows of time and ids. */
export interface StatementStoreOptions extends Pick<
  ProcessPorts,
  "now" | "monotonic" | "soon" | "timers"
> {
  readonly newId: NewId;
  /** Milliseconds for which statements are tried while the database is away. */
  readonly patience: number;
}

/**
 * Facts in a database that is asked in single statements. What ends in the same moment is committed
 * together, and what a lost connection has left open is asked for and repeated.
 */
export class StatementStore implements WorkflowStore {
  readonly #statements: Statements;
  readonly #options: StatementStoreOptions;
  /** Most commits move a single token on; they are cheaper by themselves. */
  readonly #moves: GroupCommit<Transition, boolean>;
  readonly #commits: GroupCommit<Transition, boolean>;
  readonly #claims: GroupCommit<ClaimRequest, ClaimResult>;
  readonly #states: GroupCommit<StateRequest, InstanceState | null>;
  readonly #timers: GroupCommit<TimerId, FoundTimer | null>;
  readonly #starts: GroupCommit<readonly NewInstance[], StartResult[]>;
  readonly #decisions: Decisions;

  constructor(statements: Statements, options: StatementStoreOptions) {
    this.#statements = statements;
    this.#options = options;
    const groups = { ...GROUPS, soon: options.soon };
    this.#moves = new GroupCommit(
      (group) => this.#write(group, () => statements.moveOn(group)),
      groups,
    );
    this.#commits = new GroupCommit(
      (group) => this.#write(group, () => statements.commitTransitions(group)),
      groups,
    );
    this.#claims = new GroupCommit(
      (group) => this.#persist(() => statements.claimExecutions(group)),
      groups,
    );
    this.#states = new GroupCommit(
      (group) => this.#persist(() => statements.loadStates(group)),
      groups,
    );
    this.#timers = new GroupCommit((group) => statements.findTimers(group), groups);
    this.#starts = new GroupCommit((group) => this.#startGroup(group), groups);
    this.#decisions = new Decisions({
      statements,
      environment: options,
      persist: (run) => this.#persist(run),
      loadState: (request) => this.#states.submit(request),
      commit: (transition) => (isMove(transition) ? this.#moves : this.#commits).submit(transition),
    });
  }

  registerDefinitions(structures: readonly WorkflowStructure[]): Promise<DefinitionId[]> {
    return this.#persist(() => this.#statements.registerDefinitions(structures));
  }

  startInstances(instances: readonly NewInstance[]): Promise<StartResult[]> {
    return this.#starts.submit(instances);
  }

  claim(request: ClaimRequest): Promise<ClaimResult> {
    return this.#claims.submit(request);
  }

  async dispatch(
    instanceId: InstanceId,
    event: WorkflowEvent,
    known: Known = {},
    runAhead?: RunAhead,
  ): Promise<Dispatched> {
    try {
      return await this.#decisions.decide(instanceId, { event, known, runAhead });
    } catch (error) {
      // A signal that has come before: its sender's id is there, or its own after a lost answer.
      const isKnown = SIGNAL_KEYS.some((key) => violates(error, key));
      if (isKnown) return { kind: "stale" };
      throw violates(error, "workflow_callbacks_open_key") ? new CallbackTokenInUseError() : error;
    }
  }

  releaseExecutions(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): Promise<ScheduledExecution[]> {
    return this.#statements.release(workerId, inHand, untouchedFor);
  }

  heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]> {
    return this.#statements.heartbeat(worker);
  }

  removeWorker(workerId: WorkerId): Promise<void> {
    return this.#statements.removeWorker(workerId);
  }

  recoverLostExecutions(silentFor: number, finder: WorkerId): Promise<ScheduledExecution[]> {
    return this.#statements.recoverLost(silentFor, finder);
  }

  takeUndispatched(before: number, limit: number): Promise<ScheduledExecution[]> {
    return this.#statements.takeUndispatched(before, limit);
  }

  listScheduled(after: string | null, limit: number): Promise<Piece<ScheduledExecution>> {
    return this.#statements.listScheduled(after, limit);
  }

  listDueTimers(within: number, limit: number): Promise<DueTimer[]> {
    return this.#statements.listDueTimers(within, limit);
  }

  listNearTimers(within: number, after: string | null, limit: number): Promise<Piece<DueTimer>> {
    return this.#statements.listNearTimers(within, after, limit);
  }

  listPassedDeadlines(limit: number): Promise<InstanceId[]> {
    return this.#statements.listPassedDeadlines(limit);
  }

  listMessages(writtenBefore: number, limit: number): Promise<NewMessage[]> {
    return this.#statements.listMessages(writtenBefore, limit);
  }

  removeMessages(messageIds: readonly MessageId[]): Promise<void> {
    return this.#statements.removeMessages(messageIds);
  }

  findDefinition(name: string, version: string | null): Promise<FoundDefinition | null> {
    return this.#persist(() => this.#statements.findDefinition(name, version));
  }

  findTimer(timerId: TimerId): Promise<FoundTimer | null> {
    return this.#timers.submit(timerId);
  }

  findCallback(tokenHash: string): Promise<FoundCallback | null> {
    return this.#statements.findCallback(tokenHash);
  }

  #persist<T>(run: (ambiguous: boolean) => Promise<T>): Promise<T> {
    return persist(this.#options, run);
  }

  /** @returns for each of the group whether it was written, now or by a try without an answer */
  #write(group: readonly Transition[], write: () => Promise<boolean[]>): Promise<boolean[]> {
    return this.#persist(async (ambiguous) => {
      const written = await write();
      if (!ambiguous || written.every(Boolean)) return written;
      const before = await this.#statements.findCommitted(group);
      return written.map((now, index) => now || before[index] === true);
    });
  }

  async #startGroup(group: readonly (readonly NewInstance[])[]): Promise<StartResult[][]> {
    const results: StartResult[][] = group.map(() => []);
    for (const positions of startRounds(group)) {
      const requests = positions.map((position) => group[position] ?? []);
      const round = await this.#persist(() => this.#statements.startInstances(requests));
      for (const [index, position] of positions.entries()) results[position] = round[index] ?? [];
    }
    return results;
  }
}

/** Whether the database has refused something because of this unique index. */
function violates(error: unknown, index: string): boolean {
  return error instanceof Error && "constraint_name" in error && error.constraint_name === index;
}
