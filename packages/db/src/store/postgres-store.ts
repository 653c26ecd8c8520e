import {
  apply,
  CallbackTokenInUseError,
  flowGraph,
  InvariantError,
  inlineOf,
  WorkflowInstanceNotFoundError,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type Dispatched,
  type DueTimer,
  type ExecutionId,
  type FlowGraph,
  type FoundCallback,
  type InstanceId,
  type InstanceState,
  type NewInstance,
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
import { newId } from "../new-id.ts";
import { isRefusal } from "./connection-errors.ts";
import { GroupCommit } from "./group-commit.ts";
import { Lanes } from "./lanes.ts";
import { persist } from "./persist.ts";
import { claimExecutions } from "./statements/claim-executions.ts";
import {
  commitTransitions,
  findCommitted,
  type Transition,
} from "./statements/commit-transitions.ts";
import { findStructure, registerDefinitions } from "./statements/definitions.ts";
import { loadState } from "./statements/load-state.ts";
import { startRounds } from "./start-rounds.ts";
import * as scheduled from "./statements/scheduled-executions.ts";
import { startInstances } from "./statements/start-instances.ts";
import * as waits from "./statements/waits.ts";
import * as workers from "./statements/workers.ts";

/** How often a decision is made anew because the instance had moved on meanwhile. */
const MOST_DECISIONS = 1_000;

/** Items of one statement, and statements under way at once. */
const GROUPS = { largest: 128, concurrency: 2, isOneItems: isRefusal } as const;

/** Facts in Postgres. What ends in the same moment is committed together. */
export class PostgresStore implements WorkflowStore {
  readonly #sql: Sql;
  readonly #patience: number;
  readonly #commits: GroupCommit<Transition, boolean>;
  readonly #claims: GroupCommit<ClaimRequest, ClaimResult>;
  readonly #starts: GroupCommit<readonly NewInstance[], StartResult[]>;
  readonly #lanes = new Lanes<InstanceId>();
  readonly #graphs = new Map<DefinitionId, FlowGraph>();

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

  dispatch(
    instanceId: InstanceId,
    event: WorkflowEvent,
    known?: InstanceState,
  ): Promise<Dispatched> {
    return this.#lanes.run(instanceId, () => this.#decide(instanceId, event, known ?? null));
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

  findTimer(timerId: TimerId): Promise<DueTimer | null> {
    return waits.findTimer(this.#sql, timerId);
  }

  findCallback(tokenHash: string): Promise<FoundCallback | null> {
    return waits.findCallback(this.#sql, tokenHash);
  }

  /**
   * Reads, decides and writes; where somebody else was faster, reads and decides again. No lock
   * is held between reading and writing, so a worker that freezes here holds nobody up.
   */
  async #decide(
    instanceId: InstanceId,
    event: WorkflowEvent,
    known: InstanceState | null,
  ): Promise<Dispatched> {
    let state = known ?? (await this.#state(instanceId));
    for (let decision = 0; decision < MOST_DECISIONS; decision += 1) {
      const graph = await this.#graph(state.definitionId);
      const applied = apply(graph, state, event, { now: new Date(), newId });
      if (applied.kind === "stale") return applied;
      const { changes, commands } = applied;
      if (await this.#commits.submit({ id: newId(), changes })) {
        return { kind: "committed", state: applied.state, commands, inline: inlineOf(changes) };
      }
      state = await this.#state(instanceId);
    }
    throw new InvariantError(`instance ${instanceId} moved on ${MOST_DECISIONS} times in a row`);
  }

  #persist<T>(run: (ambiguous: boolean) => Promise<T>): Promise<T> {
    return persist(this.#patience, run);
  }

  async #state(instanceId: InstanceId): Promise<InstanceState> {
    const state = await this.#persist(() => loadState(this.#sql, instanceId));
    if (state === null) throw new WorkflowInstanceNotFoundError(instanceId);
    return state;
  }

  async #graph(id: DefinitionId): Promise<FlowGraph> {
    const known = this.#graphs.get(id);
    if (known !== undefined) return known;
    const structure = await this.#persist(() => findStructure(this.#sql, id));
    if (structure === undefined) throw new InvariantError(`definition ${id} is not there`);
    const graph = flowGraph(structure);
    this.#graphs.set(id, graph);
    return graph;
  }

  async #commitGroup(group: readonly Transition[]): Promise<boolean[]> {
    try {
      return await this.#persist(async (ambiguous) => {
        const written = await commitTransitions(this.#sql, group);
        if (!ambiguous || written.every(Boolean)) return written;
        const before = await findCommitted(this.#sql, group);
        return written.map((now, index) => now || before[index] === true);
      });
    } catch (error) {
      throw isOpenTokenConflict(error) ? new CallbackTokenInUseError() : error;
    }
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

/** The unique index that keeps two waits from having one token. */
function isOpenTokenConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint_name" in error &&
    error.constraint_name === "workflow_callbacks_open_key"
  );
}
