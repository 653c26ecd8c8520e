import {
  asId,
  EventBus,
  flowGraph,
  MachineStep,
  MemoryStore,
  startInstance,
  type Command,
  type InstanceId,
  type JsonObject,
  type ScheduledExecution,
  type WorkerId,
  WorkflowDefinition,
  type WorkflowEvent,
} from "@drover/engine";
import { newId } from "@drover/db";
import { FormValidator, inputCheck } from "@drover/forms";
import { processPorts } from "@drover/platform";
import type { NearTimer } from "@drover/queue";
import { pino } from "pino";
import { KnownDefinitions, registerDefinitions } from "../known-definitions.ts";
import { LifecycleTeller } from "../lifecycle-teller.ts";
import { processStep, type StepServices } from "../process-step.ts";
import { Places } from "../places.ts";
import { RunningSteps } from "../running-steps.ts";
import { SlowSteps } from "../slow-steps.ts";

const PLACES = 16;

/** A workflow of one step that does nothing. */
export const oneStep = new WorkflowDefinition({
  name: "sample",
  version: "1.0.0",
  steps: { only: new MachineStep({ execute: () => null }) },
  edges: [],
  initialStep: "only",
});

/** One worker over the store in memory; its queue is a list that the test works off. */
export class BenchOfOne {
  /** Milliseconds that the store's clock is ahead. */
  ahead = 0;
  readonly store = new MemoryStore({ now: () => new Date(Date.now() + this.ahead), newId });
  readonly enqueued: ScheduledExecution[] = [];
  readonly timers: NearTimer[] = [];
  draining = false;
  readonly #running = new RunningSteps();
  readonly #slowSteps = new SlowSteps(processPorts.monotonic);
  readonly logger = pino({ level: "silent" });
  definitions = new KnownDefinitions(new Map());
  /** What handlers of lifecycle events have thrown. */
  readonly handlerFaults: unknown[] = [];
  readonly bus = new EventBus((error) => void this.handlerFaults.push(error));

  get services(): StepServices {
    return {
      workerId: asId<WorkerId>(newId()),
      store: this.store,
      definitions: this.definitions,
      logger: this.logger,
      running: this.#running,
      // What would be held is in the queue alone here: tests fire it when they want it.
      heldTimers: { hold: () => new Set() },
      slowSteps: this.#slowSteps,
      ownWork: { keep: (steps) => steps, noteRun: () => {}, isBrisk: true },
      places: new Places(PLACES, processPorts.timers),
      backlog: { isAny: async () => false },
      lifecycle: new LifecycleTeller(this.bus, this.definitions, processPorts.now),
      checkInput: inputCheck(new FormValidator()),
      ports: processPorts,
      newId,
      isDraining: () => this.draining,
      queue: {
        enqueue: async (executions) => void this.enqueued.push(...executions),
        enqueueAgain: async (executions) => void this.enqueued.push(...executions),
        setTimers: async (timers) => void this.timers.push(...timers),
        backlog: async () => 0,
        isIntact: async () => true,
        isBeingFilled: async () => false,
        takeTurn: async () => null,
      },
    };
  }

  /** Tells all code that runs to stop. */
  abortAll(): void {
    for (const step of this.#running.steps) this.#running.abort(step, "the worker has to go");
  }

  /** Registers a definition and starts an instance of it; its first step is in the queue. */
  async start(definition: WorkflowDefinition, input: JsonObject = {}): Promise<InstanceId> {
    this.definitions = await registerDefinitions(this.store, [definition], this.logger);
    const [definitionId] = this.definitions.ids;
    if (definitionId === undefined) throw new Error("the definition got no id");
    const request = {
      definitionId,
      input,
      metadata: {},
      correlationId: null,
      createdBy: null,
      tenantId: null,
      idempotency: null,
    };
    const environment = { now: new Date(), newId };
    const graph = flowGraph(definition.structure);
    const { instance, command } = startInstance(graph, request, environment);
    await this.store.startInstances([instance]);
    this.take(command);
    return instance.instanceId;
  }

  /** Something happens outside of this worker; what follows is in the queue. */
  async dispatch(id: InstanceId, event: WorkflowEvent): Promise<void> {
    const dispatched = await this.store.dispatch(id, event);
    if (dispatched.kind === "stale") throw new Error(`${event.type} was stale`);
    for (const command of dispatched.commands) this.take(command);
  }

  /** Processes one job from the queue. */
  async processOne() {
    const job = this.enqueued.shift();
    if (job === undefined) throw new Error("the queue is empty");
    return processStep(this.services, job);
  }

  /** Processes jobs until the queue is empty. */
  async processAll(): Promise<void> {
    while (this.enqueued.length > 0) await this.processOne();
  }

  /** The history in a few words. */
  steps(id: InstanceId): string[] {
    return this.store.rows.executionsOf(id).map((row) => `${row.stepName} ${row.status}`);
  }

  private take(command: Command): void {
    if (command.type === "enqueue") this.enqueued.push(command);
  }
}
