import type { WorkflowStructure } from "../definition/structure.ts";
import { pickDefinition } from "../definition/pick-definition.ts";
import { structureDifferences } from "../definition/structure-differences.ts";
import { DefinitionConflictError, InvariantError } from "../errors.ts";
import { flowGraph } from "../graph/flow-graph.ts";
import {
  asId,
  type DefinitionId,
  type InstanceId,
  type MessageId,
  type TimerId,
  type WorkerId,
} from "../ids.ts";
import type { Piece } from "../piece.ts";
import type { NewMessage, ScheduledExecution } from "../state/changes.ts";
import type { SignalReceived, WorkflowEvent } from "../state/events.ts";
import type {
  ClaimRequest,
  ClaimResult,
  Dispatched,
  DueTimer,
  FoundCallback,
  FoundDefinition,
  FoundTimer,
  StartResult,
  WorkerHeartbeat,
  WorkflowStore,
} from "../store.ts";
import { apply } from "../transition/apply.ts";
import type { Environment } from "../transition/environment.ts";
import { stateNeeds } from "../transition/needs.ts";
import type { NewInstance } from "../transition/start.ts";
import { claimedStep } from "./claim-row.ts";
import { MemoryRows, order } from "./memory-rows.ts";
import { pieceOfScheduled, pieceOfTimers } from "./pieces.ts";
import { readState } from "./read-state.ts";
import { dueTimers, findCallback, messagesUpTo } from "./read-waits.ts";
import type { ExecutionRow, InstanceRow } from "./rows.ts";
import { writeChanges, writeNewInstance } from "./write-changes.ts";

export interface MemoryStoreOptions {
  /** The clock; every method reads it once. */
  readonly now: () => Date;
  readonly newId: Environment["newId"];
}

/** All facts in this process's memory: for tests and for runs that nobody will miss. */
export class MemoryStore implements WorkflowStore {
  /** The rows, to look at. */
  readonly rows = new MemoryRows();
  readonly #options: MemoryStoreOptions;

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
  }

  async registerDefinitions(structures: readonly WorkflowStructure[]): Promise<DefinitionId[]> {
    return structures.map((structure) => {
      const known = [...this.rows.definitions].find(
        ([, other]) => other.name === structure.name && other.version === structure.version,
      );
      if (known === undefined) {
        const id = asId<DefinitionId>(this.#options.newId());
        this.rows.definitions.set(id, structure);
        return id;
      }
      const [id, registered] = known;
      const differences = structureDifferences(registered, structure);
      if (differences.length > 0) {
        throw new DefinitionConflictError(structure.name, structure.version, differences);
      }
      return id;
    });
  }

  async startInstances(instances: readonly NewInstance[]): Promise<StartResult[]> {
    const known = instances.map((instance) => this.#withKey(instance));
    const conflict = instances.some(({ idempotency }, index) => {
      const holder = known[index]?.request.idempotency ?? null;
      return holder !== null && holder.requestHash !== idempotency?.requestHash;
    });
    return instances.map((instance, index) => this.#start(instance, known[index], conflict));
  }

  async claim(request: ClaimRequest): Promise<ClaimResult> {
    const row = this.rows.executions.get(request.executionId);
    if (row?.status !== "scheduled" || row.attempt !== request.attempt) return { kind: "stale" };
    const instance = this.rows.instance(row.instanceId);
    if (!request.definitionIds.includes(instance.request.definitionId)) {
      return { kind: "unknown-definition" };
    }
    if (row.lostAttempts >= (request.lostLessThan ?? Infinity)) return { kind: "suspect" };
    this.rows.putExecution({
      ...row,
      status: "running",
      workerId: request.workerId,
      contextSequence: this.rows.sequence(instance),
      startedAt: row.startedAt ?? this.#options.now(),
    });
    return { kind: "claimed", step: claimedStep(this.rows, this.rows.execution(row.id)) };
  }

  async dispatch(instanceId: InstanceId, event: WorkflowEvent): Promise<Dispatched> {
    const now = this.#options.now();
    const applied = this.#apply(instanceId, event, now);
    const [outcome] = applied.outcomes;
    if (outcome === undefined || outcome.kind === "stale") {
      // Nobody waits for a timer that fires in vain.
      if (event.type === "timer.fired") this.rows.removeTimer(event.timerId);
      return { kind: "stale" };
    }
    if (outcome.kind === "refused") throw outcome.error;
    if (event.type === "signal.received" && this.#isKnown(instanceId, event)) {
      return { kind: "stale" };
    }
    const { state, commands, changes, before } = applied;
    const committed = { kind: "committed", state, commands, inline: outcome.inline } as const;
    if (changes === null) return committed;
    writeChanges(this.rows, changes, now);
    return { ...committed, changes, before };
  }

  #apply(instanceId: InstanceId, event: WorkflowEvent, now: Date) {
    const { definitionId } = this.rows.instance(instanceId).request;
    const graph = flowGraph(this.rows.structure(definitionId));
    for (const needs of [stateNeeds([event]), { kind: "whole" } as const]) {
      const state = readState(this.rows, instanceId, needs);
      const applied = apply(graph, state, [event], { now, newId: this.#options.newId });
      if (applied.kind === "applied") return { ...applied, before: state };
    }
    throw new InvariantError(`the whole state of ${instanceId} is not enough to decide`);
  }

  async releaseExecutions(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): Promise<ScheduledExecution[]> {
    const youngest = this.#options.now().getTime() - untouchedFor;
    return this.#reschedule(
      0,
      (row) =>
        row.workerId === workerId &&
        (row.startedAt?.getTime() ?? 0) <= youngest &&
        !inHand.some((held) => held.executionId === row.id && held.attempt === row.attempt),
    );
  }

  async heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]> {
    this.rows.workers.set(worker.workerId, this.#options.now());
    for (const { executionId, attempt, details } of worker.details) {
      const row = this.rows.executions.get(executionId);
      if (row?.status !== "running" || row.attempt !== attempt) continue;
      this.rows.putExecution({ ...row, heartbeatDetails: details });
    }
    return worker.running.filter(({ executionId, attempt }) => {
      const row = this.rows.executions.get(executionId);
      const mine = row?.workerId === worker.workerId && row.attempt === attempt;
      return row?.status !== "running" || !mine;
    });
  }

  async removeWorker(workerId: WorkerId): Promise<void> {
    this.rows.workers.delete(workerId);
  }

  async recoverLostExecutions(silentFor: number, finder: WorkerId): Promise<ScheduledExecution[]> {
    const oldest = this.#options.now().getTime() - silentFor;
    return this.#reschedule(1, (row) => {
      if (row.workerId === finder) return false;
      const heartbeat = row.workerId === null ? undefined : this.rows.workers.get(row.workerId);
      return heartbeat === undefined || heartbeat.getTime() < oldest;
    });
  }

  async takeUndispatched(before: number, limit: number): Promise<ScheduledExecution[]> {
    const now = this.#options.now();
    const found = this.#scheduled()
      .filter(
        (row) => row.dispatchedAt !== null && row.dispatchedAt.getTime() < now.getTime() - before,
      )
      .slice(0, limit);
    for (const row of found) this.rows.putExecution({ ...row, dispatchedAt: now });
    return found.map(scheduledExecution);
  }

  async listScheduled(after: string | null, limit: number): Promise<Piece<ScheduledExecution>> {
    return pieceOfScheduled(this.#scheduled(), after, limit);
  }

  async listDueTimers(within: number, limit: number): Promise<DueTimer[]> {
    return dueTimers(this.rows, this.#options.now().getTime() + within, limit);
  }

  async listNearTimers(within: number, after: string | null, limit: number) {
    const near = await this.listDueTimers(within, Number.POSITIVE_INFINITY);
    return pieceOfTimers(near, after, limit);
  }

  async listPassedDeadlines(limit: number): Promise<InstanceId[]> {
    return this.rows.deadlines.upTo(this.#options.now().getTime(), limit);
  }

  /** When a timer or a deadline is next to be looked at; null for never. */
  nextWake(): Date | null {
    const timer = this.rows.timersInOrder.next();
    // A deadline that has passed was looked at then.
    const deadline = this.rows.deadlines.next(this.#options.now().getTime());
    return timer === null || (deadline !== null && deadline < timer) ? deadline : timer;
  }

  async listMessages(writtenBefore: number, limit: number): Promise<NewMessage[]> {
    return messagesUpTo(this.rows, this.#options.now().getTime() - writtenBefore, limit);
  }

  async removeMessages(messageIds: readonly MessageId[]): Promise<void> {
    for (const messageId of messageIds) this.rows.messages.delete(messageId);
  }

  async findDefinition(name: string, version: string | null): Promise<FoundDefinition | null> {
    const found = [...this.rows.definitions]
      .filter(([, structure]) => structure.name === name)
      .map(([definitionId, structure]) => ({
        definitionId,
        structure,
        isActive: !this.rows.inactive.has(definitionId),
      }));
    return pickDefinition(found, version);
  }

  async findTimer(timerId: TimerId): Promise<FoundTimer | null> {
    const timer = this.rows.timers.get(timerId);
    if (timer === undefined) return null;
    return { ...timer, dueIn: timer.fireAt.getTime() - this.#options.now().getTime() };
  }

  async findCallback(tokenHash: string): Promise<FoundCallback | null> {
    return findCallback(this.rows, tokenHash);
  }

  #isKnown(instanceId: InstanceId, { name, deduplicationId }: SignalReceived): boolean {
    if (deduplicationId === null) return false;
    return [...this.rows.signals.values()].some(
      (signal) =>
        signal.instanceId === instanceId &&
        signal.name === name &&
        signal.deduplicationId === deduplicationId,
    );
  }

  #withKey({ idempotency }: NewInstance): InstanceRow | undefined {
    const holder = this.rows.byKey.get(idempotency?.key ?? "");
    return idempotency === null || holder === undefined ? undefined : this.rows.instance(holder);
  }

  #start(instance: NewInstance, same: InstanceRow | undefined, refused: boolean): StartResult {
    const requestHash = (same?.request ?? instance).idempotency?.requestHash ?? null;
    // Nobody offers to take anything here.
    const result = { instanceId: instance.instanceId, requestHash, isTaken: false };
    if (same !== undefined) return { ...result, instanceId: same.id, created: false };
    if (refused) return { ...result, created: false };
    writeNewInstance(this.rows, instance, this.#options.now());
    return { ...result, created: true };
  }

  #scheduled(): ExecutionRow[] {
    return [...this.rows.scheduled].sort(order).map((execution) => this.rows.execution(execution));
  }

  /** @param lost how many losses it counts for each */
  #reschedule(lost: 0 | 1, which: (row: ExecutionRow) => boolean): ScheduledExecution[] {
    const found = [...this.rows.executions.values()].filter(
      (row) => row.status === "running" && which(row),
    );
    return found.map((row) => {
      const attempt = row.attempt + 1;
      const dispatchedAt = this.#options.now();
      const changed = {
        ...row,
        status: "scheduled" as const,
        attempt,
        lostAttempts: row.lostAttempts + lost,
        workerId: null,
        dispatchedAt,
      };
      this.rows.putExecution(changed);
      return scheduledExecution(changed);
    });
  }
}

function scheduledExecution(row: ExecutionRow): ScheduledExecution {
  return { executionId: row.id, attempt: row.attempt };
}
