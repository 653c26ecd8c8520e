import {
  CallbackTokenInUseError,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type Dispatched,
  type DueTimer,
  type ExecutionId,
  type FoundCallback,
  type FoundDefinition,
  type InstanceId,
  type InstanceState,
  type MessageId,
  type NewInstance,
  type NewMessage,
  type ScheduledExecution,
  type StartResult,
  type TimerId,
  type WorkerHeartbeat,
  type WorkerId,
  type WorkflowEvent,
  type WorkflowStore,
  type WorkflowStructure,
} from "@drover/engine";
import type { Sql } from "postgres";
import { isRefusal } from "./connection-errors.ts";
import { Decisions } from "./decisions.ts";
import { GroupCommit } from "./group-commit.ts";
import { persist } from "./persist.ts";
import { startRounds } from "./start-rounds.ts";
import { claimExecutions } from "./statements/claim-executions.ts";
import { commitTransitions, findCommitted } from "./statements/commit-transitions.ts";
import { findDefinition, registerDefinitions } from "./statements/definitions.ts";
import * as messages from "./statements/messages.ts";
import * as scheduled from "./statements/scheduled-executions.ts";
import { startInstances } from "./statements/start-instances.ts";
import type { Transition } from "./statements/transition-document.ts";
import * as waits from "./statements/waits.ts";
import * as workers from "./statements/workers.ts";

/**
 * Items of one statement, items that may wait, and statements under way at once. The API and workers
 * bound what they take on themselves, far below this; it holds for whoever uses the store directly.
 */
const GROUPS = {
  largest: 128,
  mostWaiting: 10_000,
  concurrency: 2,
  isOneItems: isRefusal,
} as const;

const SIGNAL_KEYS = ["workflow_signals_deduplication_key", "workflow_signals_pkey"];

/** Facts in Postgres. What ends in the same moment is committed together. */
export class PostgresStore implements WorkflowStore {
  readonly #sql: Sql;
  readonly #patience: number;
  readonly #commits: GroupCommit<Transition, boolean>;
  readonly #claims: GroupCommit<ClaimRequest, ClaimResult>;
  readonly #starts: GroupCommit<readonly NewInstance[], StartResult[]>;
  readonly #decisions: Decisions;

  /** @param patience milliseconds for which statements are tried while Postgres is away */
  constructor(sql: Sql, patience: number) {
    this.#sql = sql;
    this.#patience = patience;
    this.#commits = new GroupCommit((group) => this.#commitGroup(group), GROUPS);
    this.#claims = new GroupCommit(
      (group) => this.#persist(() => claimExecutions(sql, group)),
      GROUPS,
    );
    this.#starts = new GroupCommit((group) => this.#startGroup(group), GROUPS);
    this.#decisions = new Decisions({
      sql,
      persist: (run) => this.#persist(run),
      commit: (transition) => this.#commits.submit(transition),
    });
  }

  registerDefinitions(structures: readonly WorkflowStructure[]): Promise<DefinitionId[]> {
    return this.#persist(() => registerDefinitions(this.#sql, structures));
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
    known?: InstanceState,
  ): Promise<Dispatched> {
    try {
      return await this.#decisions.decide(instanceId, event, known ?? null);
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
    return scheduled.release(this.#sql, workerId, inHand, untouchedFor);
  }

  heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]> {
    return workers.heartbeat(this.#sql, worker);
  }

  removeWorker(workerId: WorkerId): Promise<void> {
    return workers.removeWorker(this.#sql, workerId);
  }

  recoverLostExecutions(silentFor: number, finder: WorkerId): Promise<ScheduledExecution[]> {
    return scheduled.recoverLost(this.#sql, silentFor, finder);
  }

  takeUndispatched(before: number, limit: number): Promise<ScheduledExecution[]> {
    return scheduled.takeUndispatched(this.#sql, before, limit);
  }

  listScheduled(afterId: ExecutionId | null, limit: number): Promise<ScheduledExecution[]> {
    return scheduled.listScheduled(this.#sql, afterId, limit);
  }

  listDueTimers(within: number, limit: number): Promise<DueTimer[]> {
    return waits.listDueTimers(this.#sql, within, limit);
  }

  listPassedDeadlines(limit: number): Promise<InstanceId[]> {
    return waits.listPassedDeadlines(this.#sql, limit);
  }

  listMessages(writtenBefore: number, limit: number): Promise<NewMessage[]> {
    return messages.listMessages(this.#sql, writtenBefore, limit);
  }

  removeMessages(messageIds: readonly MessageId[]): Promise<void> {
    return messages.removeMessages(this.#sql, messageIds);
  }

  findDefinition(name: string, version: string | null): Promise<FoundDefinition | null> {
    return this.#persist(() => findDefinition(this.#sql, name, version));
  }

  findTimer(timerId: TimerId): Promise<DueTimer | null> {
    return waits.findTimer(this.#sql, timerId);
  }

  findCallback(tokenHash: string): Promise<FoundCallback | null> {
    return waits.findCallback(this.#sql, tokenHash);
  }

  #persist<T>(run: (ambiguous: boolean) => Promise<T>): Promise<T> {
    return persist(this.#patience, run);
  }

  async #commitGroup(group: readonly Transition[]): Promise<boolean[]> {
    return this.#persist(async (ambiguous) => {
      const written = await commitTransitions(this.#sql, group);
      if (!ambiguous || written.every(Boolean)) return written;
      const before = await findCommitted(this.#sql, group);
      return written.map((now, index) => now || before[index] === true);
    });
  }

  async #startGroup(group: readonly (readonly NewInstance[])[]): Promise<StartResult[][]> {
    const results: StartResult[][] = group.map(() => []);
    for (const positions of startRounds(group)) {
      const requests = positions.map((position) => group[position] ?? []);
      const round = await this.#persist(() => startInstances(this.#sql, requests));
      for (const [index, position] of positions.entries()) results[position] = round[index] ?? [];
    }
    return results;
  }
}

/** Whether Postgres has refused something because of this unique index. */
function violates(error: unknown, index: string): boolean {
  return error instanceof Error && "constraint_name" in error && error.constraint_name === index;
}
