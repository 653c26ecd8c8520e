import { flowGraph, type EdgeIndex } from "../graph/flow-graph.ts";
import { asId, type InstanceId, type WorkerId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import { MemoryStore } from "../memory/memory-store.ts";
import { readState } from "../memory/read-state.ts";
import type { StepEvent, WorkflowEvent } from "../state/events.ts";
import type { ClaimedStep } from "../store.ts";
import { apply } from "../transition/apply.ts";
import { stateNeeds } from "../transition/needs.ts";
import type { Flow } from "./arbitraries.ts";
import { aNewInstance, countingIds, tickingClock } from "./builders.ts";

/** Rounds of a loop, and all that happens in one run: beyond these a workflow would not end. */
const MOST_ROUNDS = 3;
const MOST_EVENTS = 20_000;

/** A number from 0 up to 1 from a few others, the same every time. */
function draw(...parts: readonly (number | string)[]): number {
  let hash = 2_166_136_261;
  for (const character of parts.join("|")) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
  }
  return hash / 2 ** 32;
}

/** What a run is drawn from. */
export interface Dice {
  /** Which of the things that can happen next happens. */
  readonly order: number;
  /** What steps decide: the same however they are interleaved. */
  readonly choices: number;
  /** How many of a hundred runs of a step fail. */
  readonly failing: number;
  /** Whether the instance is paused and resumed now and then. */
  readonly pauses: boolean;
}

/**
 * Runs a random workflow on the store in memory until nothing is left to do. With every event, what
 * follows from the part of the state that the event needs is held against what follows from all of it.
 */
export class RandomRun {
  readonly store: MemoryStore;
  readonly id: InstanceId;
  readonly #flow: Flow;
  readonly #dice: Dice;
  readonly #worker: WorkerId;
  readonly #running: ClaimedStep[] = [];
  readonly #visits = new Map<string, number>();
  #events = 0;

  private constructor(
    flow: Flow,
    dice: Dice,
    store: MemoryStore,
    id: InstanceId,
    worker: WorkerId,
  ) {
    this.#flow = flow;
    this.#dice = dice;
    this.store = store;
    this.id = id;
    this.#worker = worker;
  }

  /** Starts an instance and runs it to its end. */
  static async toEnd(flow: Flow, dice: Dice): Promise<RandomRun> {
    const newId = countingIds();
    const store = new MemoryStore({ now: tickingClock(), newId });
    const [definitionId] = await store.registerDefinitions([flow.structure]);
    if (definitionId === undefined) throw new Error("the definition got no id");
    const instance = aNewInstance(flow.structure, definitionId, newId);
    await store.startInstances([instance]);
    const worker = asId<WorkerId>(newId());
    const run = new RandomRun(flow, dice, store, instance.instanceId, worker);
    while (run.#instance.completedAt === null) await run.#next();
    return run;
  }

  get #instance() {
    return this.store.rows.instance(this.id);
  }

  /** How often each step has ended in which way. */
  get endings(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { stepName, status } of this.store.rows.executionsOf(this.id)) {
      const key = `${stepName} ${status}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  async #next(): Promise<void> {
    this.#events += 1;
    if (this.#events > MOST_EVENTS) throw new Error("the workflow does not end");
    const at = draw(this.#dice.order, this.#events);
    const paused = this.#instance.status === "paused";
    if (this.#dice.pauses && draw(this.#dice.order, "pause", this.#events) < 0.1) {
      return this.#dispatch(
        paused ? { type: "instance.resumed", fromStep: null } : { type: "instance.paused" },
      );
    }
    const scheduled = await this.store.listScheduled(null, 1_000);
    const possible = scheduled.length + this.#running.length;
    if (possible === 0) {
      if (paused) return this.#dispatch({ type: "instance.resumed", fromStep: null });
      throw new Error(`stuck: ${JSON.stringify(this.endings)}`);
    }
    const picked = Math.floor(at * possible);
    const job = scheduled[picked];
    if (job !== undefined) {
      const definitionIds = [...this.store.rows.definitions.keys()];
      const claim = await this.store.claim({ ...job, workerId: this.#worker, definitionIds });
      if (claim.kind === "claimed") this.#running.push(claim.step);
      return undefined;
    }
    const [step] = this.#running.splice(picked - scheduled.length, 1);
    return step === undefined ? undefined : this.#dispatch(this.#endOf(step));
  }

  async #dispatch(event: WorkflowEvent): Promise<void> {
    this.#compareStates(event);
    await this.store.dispatch(this.id, event);
  }

  /** A part of the state decides as all of it does, or asks for all of it. */
  #compareStates(event: WorkflowEvent): void {
    const graph = flowGraph(this.#flow.structure);
    const decide = (needs: ReturnType<typeof stateNeeds>) =>
      apply(graph, readState(this.store.rows, this.id, needs), [event], {
        now: new Date(0),
        newId: countingIds(),
      });
    const part = decide(stateNeeds([event]));
    if (part.kind === "incomplete") return;
    const whole = decide({ kind: "whole" });
    if (whole.kind === "incomplete") throw new Error("the whole state was not enough");
    if (JSON.stringify(part.changes) !== JSON.stringify(whole.changes)) {
      throw new Error(`a part of the state decides otherwise about ${event.type}`);
    }
  }

  #endOf(step: ClaimedStep): StepEvent {
    const { executionId, attempt, stepName, resumption } = step;
    const base = { executionId, attempt, contextChanges: {} };
    const visit = this.#visit(step);
    const group = flowGraph(this.#flow.structure).step(stepName).group;
    const bad = resumption?.kind === "group" && resumption.error !== null;
    if (
      bad ||
      (resumption === null && draw(this.#dice.choices, "fail", ...visit) < this.#dice.failing / 100)
    ) {
      const error = { type: "Error", message: stepName, stack: null, cause: null };
      return { ...base, type: "step.failed", error, handled: false, edges: [], continueAs: null };
    }
    if (group !== undefined && resumption === null) {
      const at = draw(this.#dice.choices, "group", ...visit);
      const items = group.kind === "map" ? this.#items(at) : null;
      const chosen = group.kind === "conditional" ? Math.floor(at * group.members.length) : null;
      return { ...base, type: "step.waiting", wait: { kind: "group", chosen, items } };
    }
    return {
      ...base,
      type: "step.succeeded",
      contextChanges: { [visit.join("/")]: 1 },
      result: null,
      edges: this.#edges(step, visit),
      continueAs: null,
    };
  }

  /** Which run this is of which step on which items: the same in every interleaving. */
  #visit(step: ClaimedStep): (string | number)[] {
    const lineage = this.#lineage(step);
    const key = lineage.join("/");
    const visit = (this.#visits.get(key) ?? 0) + 1;
    this.#visits.set(key, visit);
    return [...lineage, visit];
  }

  #lineage({ executionId }: ClaimedStep): (string | number)[] {
    const row = this.store.rows.execution(executionId);
    const places: (string | number)[] = [row.stepName];
    for (let at = row.membership; at !== null;) {
      const group = this.store.rows.execution(at.groupId);
      places.unshift(at.index);
      at = group.membership;
    }
    return places;
  }

  #items(at: number): JsonValue[] {
    return Array.from({ length: Math.floor(at * 5) }, (_, item) => item);
  }

  #edges({ stepName, membership }: ClaimedStep, visit: readonly (string | number)[]): EdgeIndex[] {
    if (membership !== null) return [];
    const graph = flowGraph(this.#flow.structure);
    const outgoing = graph.outgoing(stepName);
    const at = draw(this.#dice.choices, ...visit);
    switch (this.#flow.ways.get(stepName)) {
      case "one":
        return [outgoing[Math.floor(at * outgoing.length)] ?? 0];
      case "again": {
        const again = Number(visit.at(-1)) <= MOST_ROUNDS && at < 0.5;
        return outgoing.filter((edge) => graph.isBackEdge(edge) === again);
      }
      default:
        return [...outgoing];
    }
  }
}
