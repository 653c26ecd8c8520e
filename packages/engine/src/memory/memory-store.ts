import type { WorkflowStructure } from "../definition/structure.ts";
import { structureDifferences } from "../definition/structure-differences.ts";
import { DefinitionConflictError } from "../errors.ts";
import { recentHistory } from "../context/recent-history.ts";
import { flowGraph } from "../graph/flow-graph.ts";
import {
  asId,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type TimerId,
  type WorkerId,
} from "../ids.ts";
import type { WorkflowEvent } from "../state/events.ts";
import type {
  ClaimRequest,
  ClaimResult,
  Dispatched,
  DueTimer,
  FoundCallback,
  ScheduledExecution,
  StartResult,
  WorkerHeartbeat,
  WorkflowStore,
} from "../store.ts";
import { apply } from "../transition/apply.ts";
import type { Environment } from "../transition/draft.ts";
import type { NewInstance } from "../transition/start.ts";
import { inlineOf } from "../state/inline-step.ts";
import { MemoryRows, order, type ExecutionRow, type InstanceRow } from "./memory-rows.ts";
import { executionRow, writeChanges } from "./write-changes.ts";

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
    const now = this.#options.now();
    this.rows.executions.set(row.id, {
      ...row,
      status: "running",
      workerId: request.workerId,
      contextSequence: this.rows.state(row.instanceId).sequence,
      startedAt: row.startedAt ?? now,
    });
    return {
      kind: "claimed",
      step: {
        executionId: row.id,
        instanceId: row.instanceId,
        definitionId: instance.request.definitionId,
        stepName: row.stepName,
        attempt: row.attempt,
        arrivals: row.arrivals,
        resumption: row.resumption,
        context: { ...instance.context, ...this.rows.unfolded(instance) },
        metadata: instance.request.metadata,
        history: recentHistory(this.rows.history(row.instanceId)),
        startedAt: instance.startedAt.toISOString(),
        createdBy: instance.request.createdBy,
        tenantId: instance.request.tenantId,
        state: instance.liveTokens === 1 ? this.rows.state(row.instanceId) : null,
      },
    };
  }

  async dispatch(instanceId: InstanceId, event: WorkflowEvent): Promise<Dispatched> {
    const state = this.rows.state(instanceId);
    const graph = flowGraph(this.rows.structure(state.definitionId));
    const now = this.#options.now();
    const applied = apply(graph, state, event, { now, newId: this.#options.newId });
    if (applied.kind === "stale") return applied;
    writeChanges(this.rows, applied.changes, now);
    return {
      kind: "committed",
      state: applied.state,
      commands: applied.commands,
      inline: inlineOf(applied.changes),
    };
  }

  async releaseExecutions(
    workerId: WorkerId,
    inHand: readonly ScheduledExecution[],
    untouchedFor: number,
  ): Promise<ScheduledExecution[]> {
    const youngest = this.#options.now().getTime() - untouchedFor;
    return this.#reschedule(
      (row) =>
        row.workerId === workerId &&
        (row.startedAt?.getTime() ?? 0) <= youngest &&
        !inHand.some((held) => held.executionId === row.id && held.attempt === row.attempt),
    );
  }

  async heartbeat(worker: WorkerHeartbeat): Promise<ScheduledExecution[]> {
    this.rows.workers.set(worker.workerId, this.#options.now());
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
    return this.#reschedule((row) => {
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
    for (const row of found) this.rows.executions.set(row.id, { ...row, dispatchedAt: now });
    return found.map(scheduledExecution);
  }

  async listScheduled(afterId: ExecutionId | null, limit: number): Promise<ScheduledExecution[]> {
    return this.#scheduled()
      .filter((row) => afterId === null || order(row.id, afterId) > 0)
      .slice(0, limit)
      .map(scheduledExecution);
  }

  async listDueTimers(within: number, limit: number): Promise<DueTimer[]> {
    const latest = this.#options.now().getTime() + within;
    return [...this.rows.timers.values()]
      .filter((timer) => timer.fireAt.getTime() <= latest)
      .sort((a, b) => a.fireAt.getTime() - b.fireAt.getTime())
      .slice(0, limit);
  }

  async findTimer(timerId: TimerId): Promise<DueTimer | null> {
    return this.rows.timers.get(timerId) ?? null;
  }

  async findCallback(tokenHash: string): Promise<FoundCallback | null> {
    const found = [...this.rows.callbacks.values()].filter((row) => row.tokenHash === tokenHash);
    const row = found.find(({ open }) => open) ?? found.at(-1);
    if (row === undefined) return null;
    const { instanceId, executionId, callbackKey, open } = row;
    return { instanceId, executionId, callbackKey, open };
  }

  #withKey({ idempotency }: NewInstance): InstanceRow | undefined {
    return [...this.rows.instances.values()].find(
      (row) => idempotency !== null && row.request.idempotency?.key === idempotency.key,
    );
  }

  #start(instance: NewInstance, same: InstanceRow | undefined, refused: boolean): StartResult {
    const requestHash = (same?.request ?? instance).idempotency?.requestHash ?? null;
    if (same !== undefined) return { instanceId: same.id, created: false, requestHash };
    if (refused) return { instanceId: instance.instanceId, created: false, requestHash };
    const { instanceId: id, firstExecution, workflowName, workflowVersion, startedAt } = instance;
    this.rows.instances.set(id, {
      id,
      request: instance,
      workflowName,
      workflowVersion,
      startedAt,
      status: "running",
      version: 1,
      sequence: 0,
      liveTokens: 1,
      currentStep: firstExecution.stepName,
      terminalReached: false,
      context: instance.input,
      error: null,
      completedAt: null,
    });
    const row = executionRow(id, firstExecution, this.#options.now());
    this.rows.executions.set(row.id, row);
    return { instanceId: id, created: true, requestHash };
  }

  #scheduled(): ExecutionRow[] {
    return [...this.rows.executions.values()]
      .filter((row) => row.status === "scheduled")
      .sort((a, b) => order(a.id, b.id));
  }

  #reschedule(which: (row: ExecutionRow) => boolean): ScheduledExecution[] {
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
        workerId: null,
        dispatchedAt,
      };
      this.rows.executions.set(row.id, changed);
      return scheduledExecution(changed);
    });
  }
}

function scheduledExecution(row: ExecutionRow): ScheduledExecution {
  return { executionId: row.id, attempt: row.attempt };
}
