import {
  asId,
  deliverMessages,
  IdempotencyConflictError,
  MemoryStore,
  type Command,
  type Dispatched,
  type InstanceId,
  type NewInstance,
  type WorkerId,
  type WorkflowEvent,
  type WorkflowRegistry,
} from "@drover/engine";
import { FormValidator, inputCheck } from "@drover/forms";
import { runPorts } from "@drover/platform";
import { v7 as newId } from "uuid";
import { Activity } from "./activity.ts";
import { Alarm } from "./alarm.ts";
import { timersOf, type Clock } from "./clock.ts";
import { EngineClosedError } from "./errors.ts";
import { KnownDefinitions } from "./known-definitions.ts";
import { StepRunner } from "./step-runner.ts";
import { Watchers } from "./watchers.ts";

/** Something that has moved an instance, told after it was committed. */
export interface EngineEvent {
  readonly at: Date;
  readonly instanceId: InstanceId;
  readonly event: WorkflowEvent | { readonly type: "instance.started" };
}

export interface MachineryOptions {
  readonly registry: WorkflowRegistry;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly random: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** What makes instances move: the rows, the steps that run, the alarm, and how they meet. */
export class Machinery {
  readonly store: MemoryStore;
  readonly definitions: KnownDefinitions;
  readonly activity = new Activity();
  readonly watchers = new Watchers();
  readonly runner: StepRunner;
  readonly forms = new FormValidator();
  readonly checkInput = inputCheck(this.forms);
  readonly #options: MachineryOptions;
  readonly #alarm: Alarm;
  #closed = false;

  constructor(options: MachineryOptions) {
    this.#options = options;
    const { clock, registry, random, concurrency } = options;
    const now = () => clock.now();
    this.store = new MemoryStore({ now, newId });
    this.definitions = new KnownDefinitions(registry, this.store);
    const { store, definitions, activity, checkInput } = this;
    this.#alarm = new Alarm({ store, clock, activity }, (id, event) => this.act(id, event));
    this.runner = new StepRunner({
      store,
      definitions,
      clock,
      activity,
      checkInput,
      newId,
      concurrency,
      workerId: asId<WorkerId>(newId()),
      ports: { ...runPorts, now, random, timers: timersOf(clock) },
      commit: async (step, event) => void (await this.act(step.instanceId, event)),
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** @throws EngineClosedError */
  demandOpen(): void {
    if (this.#closed) throw new EngineClosedError();
  }

  /**
   * Writes a new instance and begins with it, unless its key is known.
   * @throws IdempotencyConflictError
   */
  async start(instance: NewInstance, command: Command): Promise<InstanceId> {
    this.demandOpen();
    return this.activity.during(async () => {
      const [result] = await this.store.startInstances([instance]);
      const { idempotency } = instance;
      if (result === undefined || result.created) {
        this.#tell(instance.instanceId, { type: "instance.started" });
        await this.#perform([command]);
        return instance.instanceId;
      }
      if (idempotency !== null && idempotency.requestHash !== result.requestHash) {
        throw new IdempotencyConflictError(idempotency.key);
      }
      return result.instanceId;
    });
  }

  /**
   * Carries an event through the state machine and does what follows.
   * @returns false where it came too late to matter
   */
  async act(instanceId: InstanceId, event: WorkflowEvent): Promise<boolean> {
    this.demandOpen();
    return this.activity.during(async () => {
      const dispatched = await this.#dispatch(instanceId, event);
      if (dispatched.kind === "stale") return false;
      await this.#perform(dispatched.commands);
      return true;
    });
  }

  close(): void {
    this.#closed = true;
    this.#alarm.close();
    this.runner.close();
    this.watchers.tellAll();
  }

  async #dispatch(instanceId: InstanceId, event: WorkflowEvent): Promise<Dispatched> {
    const dispatched = await this.store.dispatch(instanceId, event);
    if (dispatched.kind === "committed") {
      this.#tell(instanceId, event);
      if (event.type === "step.waiting" && event.wait.kind === "child") {
        this.#tell(event.wait.instance.instanceId, { type: "instance.started" });
      }
    }
    return dispatched;
  }

  async #perform(given: readonly Command[]): Promise<void> {
    const commands = await deliverMessages(
      {
        dispatch: (id, event) => this.#dispatch(id, event),
        removeMessages: (ids) => this.store.removeMessages(ids),
      },
      given,
      {
        // Nothing is away here: what cannot be delivered is a fault.
        failed: (error) => {
          throw error;
        },
      },
    );
    for (const command of commands) {
      if (command.type === "abort") this.runner.abort(command, "the step was canceled");
      if (command.type === "enqueue") {
        const { executionId, attempt } = command;
        this.runner.enqueue({ executionId, attempt });
      }
    }
    this.#alarm.arm();
  }

  #tell(instanceId: InstanceId, event: EngineEvent["event"]): void {
    this.#options.onEvent({ at: this.#options.clock.now(), instanceId, event });
    this.watchers.tell(instanceId);
  }
}
