import { flowGraph, type EdgeIndex } from "../graph/flow-graph.ts";
import {
  asId,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type WorkerId,
} from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type { StepEvent, WorkflowEvent } from "../state/events.ts";
import { isTerminal, type WorkflowStatus } from "../status.ts";
import type { ScheduledExecution } from "../state/changes.ts";
import type { ClaimedStep } from "../store.ts";
import type { NewInstance } from "../transition/start.ts";
import type { Flow } from "./arbitraries.ts";
import { aNewInstance } from "./builders.ts";
import type { InstanceView, StoreUnderTest } from "./store-contract/scene.ts";

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

/** How a run has ended. */
export interface RunEnd {
  readonly instance: InstanceView;
  /** How often each step has ended in which way. */
  readonly endings: Readonly<Record<string, number>>;
}

/** Runs a random workflow on a store until nothing is left to do. */
export class RandomRun {
  readonly #under: StoreUnderTest;
  readonly #flow: Flow;
  readonly #dice: Dice;
  readonly #id: InstanceId;
  readonly #definitionId: DefinitionId;
  readonly #worker: WorkerId;
  readonly #running: ClaimedStep[] = [];
  readonly #ready: ScheduledExecution[];
  readonly #memberships = new Map<ExecutionId, ClaimedStep>();
  readonly #visits = new Map<string, number>();
  readonly #watch: (id: InstanceId, event: WorkflowEvent) => void;
  #status: WorkflowStatus = "running";
  #events = 0;

  private constructor(
    under: StoreUnderTest,
    flow: Flow,
    dice: Dice,
    instance: NewInstance,
    watch: (id: InstanceId, event: WorkflowEvent) => void,
  ) {
    this.#under = under;
    this.#flow = flow;
    this.#dice = dice;
    this.#id = instance.instanceId;
    this.#definitionId = instance.definitionId;
    this.#worker = asId<WorkerId>(under.newId());
    this.#ready = [instance.firstExecution];
    this.#watch = watch;
  }

  /**
   * Starts an instance and runs it to its end.
   * @param watch sees each event before it happens
   */
  static async toEnd(
    under: StoreUnderTest,
    flow: Flow,
    dice: Dice,
    watch: (id: InstanceId, event: WorkflowEvent) => void = () => {},
  ): Promise<RunEnd> {
    const { store, newId } = under;
    const [definitionId] = await store.registerDefinitions([flow.structure]);
    if (definitionId === undefined) throw new Error("the definition got no id");
    const instance = aNewInstance(flow.structure, definitionId, newId);
    await store.startInstances([instance]);
    const run = new RandomRun(under, flow, dice, instance, watch);
    while (!isTerminal(run.#status)) await run.#next();
    return { instance: await under.instance(run.#id), endings: await run.#endings() };
  }

  async #endings(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { stepName, status } of await this.#under.executions(this.#id)) {
      const key = `${stepName} ${status}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  async #next(): Promise<void> {
    this.#events += 1;
    if (this.#events > MOST_EVENTS) throw new Error("the workflow does not end");
    const at = draw(this.#dice.order, this.#events);
    const paused = this.#status === "paused";
    if (this.#dice.pauses && draw(this.#dice.order, "pause", this.#events) < 0.1) {
      return this.#dispatch(
        paused ? { type: "instance.resumed", fromStep: null } : { type: "instance.paused" },
      );
    }
    const possible = this.#ready.length + this.#running.length;
    if (possible === 0) {
      if (paused) return this.#dispatch({ type: "instance.resumed", fromStep: null });
      throw new Error(`stuck: ${JSON.stringify(await this.#endings())}`);
    }
    const picked = Math.floor(at * possible);
    const [job] = this.#ready.splice(picked, 1);
    if (job !== undefined) return this.#claim(job);
    const [step] = this.#running.splice(picked - this.#ready.length, 1);
    return step === undefined ? undefined : this.#dispatch(this.#endOf(step));
  }

  async #claim({ executionId, attempt }: ScheduledExecution): Promise<void> {
    const definitionIds = [this.#definitionId];
    const request = { executionId, attempt, workerId: this.#worker, definitionIds };
    const claim = await this.#under.store.claim(request);
    if (claim.kind !== "claimed") return;
    this.#running.push(claim.step);
    this.#memberships.set(executionId, claim.step);
  }

  async #dispatch(event: WorkflowEvent): Promise<void> {
    this.#watch(this.#id, event);
    const dispatched = await this.#under.store.dispatch(this.#id, event);
    if (dispatched.kind === "stale") return;
    this.#status = dispatched.state.status;
    for (const command of dispatched.commands) {
      if (command.type === "enqueue") this.#ready.push(command);
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

  #lineage({ stepName, membership }: ClaimedStep): (string | number)[] {
    const places: (string | number)[] = [stepName];
    for (
      let at = membership;
      at !== null;
      at = this.#memberships.get(at.groupId)?.membership ?? null
    ) {
      places.unshift(at.index);
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
