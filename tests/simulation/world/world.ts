import {
  asId,
  isTerminal,
  type ExecutionId,
  type InstanceId,
  type OutsideEvent,
  type SignalId,
  type TaskId,
} from "@drover/engine";
import type { ExecutionRow, MemoryRows, TaskRow } from "@drover/engine/memory";
import { share, type Dice } from "../dice.ts";
import type { Clients } from "./clients.ts";
import { Steering } from "./steering.ts";
import type { StartOrder } from "./orders.ts";

/** Milliseconds between two looks at what waits. */
const LOOK_EVERY = 150;

export interface WorldGround {
  readonly clients: Clients;
  readonly dice: Dice;
  readonly rows: () => MemoryRows;
  readonly newId: () => string;
  /** Whether anybody steers, doubles or is impatient: not in a quiet run. */
  readonly isQuiet: boolean;
}

/** Everybody outside: who starts workflows, completes tasks, calls back, signals and steers. */
export class World {
  /** Instances by the keys of their orders, as the API has acknowledged them. */
  readonly acknowledged = new Map<string, InstanceId>();
  /** Who was told that a task is completed by them. */
  readonly completions = new Map<TaskId, string[]>();
  /** Who was told at the first try that a task cannot be completed by them. */
  readonly refusals = new Map<TaskId, string[]>();
  readonly steering: Steering;
  readonly #ground: WorldGround;
  readonly #orders: readonly StartOrder[];
  readonly #planned = new Set<string>();
  readonly #forsaken = new Set<InstanceId>();

  constructor(ground: WorldGround, orders: readonly StartOrder[]) {
    this.#ground = ground;
    this.#orders = orders;
    this.steering = new Steering(ground);
  }

  /** Begins to order and to look. */
  begin(): void {
    const { clients } = this.#ground;
    for (const order of this.#orders) clients.after(order.at, () => void this.#start(order));
    const look = () => {
      this.#look();
      clients.after(LOOK_EVERY, look);
    };
    clients.after(LOOK_EVERY, look);
  }

  /** From now on everybody answers, and nobody is held up. */
  calmDown(): void {
    this.steering.calmDown();
  }

  /** Whether all that was ordered has started, ended, and been answered. */
  get isOver(): boolean {
    if (this.acknowledged.size < this.#orders.length || this.#ground.clients.open > 0) return false;
    const rows = this.#ground.rows();
    if (rows.messages.size > 0) return false;
    for (const { status } of rows.instances.values()) if (!isTerminal(status)) return false;
    return !this.steering.isUnderWay;
  }

  async #start(order: StartOrder): Promise<void> {
    const { clients, isQuiet } = this.#ground;
    const told = await clients.ask(order.idempotencyKey, (api) => api.start(order));
    if (told.kind === "refused") throw told.error;
    this.acknowledged.set(order.idempotencyKey, told.value);
    if (order.isForsaken) this.#forsaken.add(told.value);
    if (isQuiet) return;
    this.steering.plan(order, told.value);
    for (const name of order.signals) {
      if (!this.#ground.dice.chance(0.25)) continue;
      const early = this.#ground.dice.between(0, 2_000);
      clients.after(early, () => this.#signal(told.value, name, `early ${name}`));
    }
  }

  #look(): void {
    const rows = this.#ground.rows();
    const isAnswered = (id: InstanceId) => !this.#forsaken.has(id);
    for (const task of rows.tasks.values()) {
      if (task.status === "pending" && isAnswered(task.instanceId))
        this.#once(task.taskId, () => this.#planTask(rows, task));
    }
    for (const { executionId, open, instanceId, callbackKey } of rows.callbacks.values()) {
      if (!open || !isAnswered(instanceId)) continue;
      const row = rows.execution(executionId);
      this.#once(`${executionId}.${row.attempt}`, () =>
        this.#planCallback(row, { executionId, callbackKey, instanceId }),
      );
    }
    for (const { id, status } of rows.instances.values()) {
      if (isTerminal(status) || !isAnswered(id)) continue;
      for (const row of rows.live(id, "outer")) {
        const { wait } = row;
        if (row.status !== "waiting" || wait?.kind !== "signal") continue;
        this.#once(`${row.id}.${row.attempt}`, () => this.#planSignal(row, wait));
      }
    }
    this.steering.look(rows);
  }

  #once(key: string, plan: () => void): void {
    if (this.#planned.has(key)) return;
    this.#planned.add(key);
    plan();
  }

  /** One person, or two at the same moment. */
  #planTask(rows: MemoryRows, { taskId, instanceId, stepName }: TaskRow): void {
    const { clients, dice, isQuiet } = this.#ground;
    const data = { [`form of ${stepName}`]: this.#answerTo(rows, instanceId, stepName) };
    const people = !isQuiet && dice.chance(0.35) ? ["ann", "bob"] : ["ann"];
    const delay = this.#delay();
    for (const person of people) {
      const answer = { taskId, completedBy: person, data, comment: null };
      clients.after(
        delay,
        () => void this.#complete(instanceId, { type: "task.completed", ...answer }),
      );
    }
  }

  async #complete(
    instanceId: InstanceId,
    event: Extract<OutsideEvent, { type: "task.completed" }>,
  ): Promise<void> {
    const told = await this.#ground.clients.ask(
      `${event.completedBy} completes ${event.taskId}`,
      (api) => api.act(instanceId, event),
    );
    const isDone = told.kind === "done" && told.value === "committed";
    // Who asks again because no answer came may well be refused: the first time it was done.
    if (!isDone && told.tries > 1) return;
    const people = isDone ? this.completions : this.refusals;
    people.set(event.taskId, [...(people.get(event.taskId) ?? []), event.completedBy]);
  }

  /** Once, or twice: whoever calls back may not have heard the answer. */
  #planCallback(
    row: ExecutionRow,
    callback: {
      readonly executionId: ExecutionId;
      readonly instanceId: InstanceId;
      readonly callbackKey: string;
    },
  ): void {
    const { clients, dice, isQuiet } = this.#ground;
    const { executionId, instanceId, callbackKey } = callback;
    const payload = this.#answerTo(this.#ground.rows(), instanceId, row.stepName);
    const event = { type: "callback.received", executionId, callbackKey, payload } as const;
    const delay = this.#delay();
    for (let times = !isQuiet && dice.chance(0.3) ? 2 : 1; times > 0; times -= 1) {
      const what = `calls back ${executionId}`;
      clients.after(delay, () => void clients.ask(what, (api) => api.act(instanceId, event)));
    }
  }

  #planSignal(row: ExecutionRow, wait: { readonly timerId: string | null }): void {
    const { dice, clients, isQuiet } = this.#ground;
    // One with a time limit may be left to it.
    if (wait.timerId !== null && dice.chance(0.4)) return;
    const delay = this.#delay();
    const id = `${row.id}.${row.attempt}`;
    for (let times = !isQuiet && dice.chance(0.3) ? 2 : 1; times > 0; times -= 1) {
      clients.after(delay, () => this.#signal(row.instanceId, row.stepName, id));
    }
  }

  #signal(instanceId: InstanceId, name: string, deduplicationId: string): void {
    const { clients, newId, rows } = this.#ground;
    const payload = this.#answerTo(rows(), instanceId, name);
    void clients.ask(`signals ${name} ${deduplicationId}`, (api) => {
      // The API names the signal anew with each request, as packages/distributed does.
      const signalId = asId<SignalId>(newId());
      return api.act(instanceId, {
        type: "signal.received",
        signalId,
        name,
        payload,
        deduplicationId,
      });
    });
  }

  /** The same answer whoever gives it and whenever. */
  #answerTo(rows: MemoryRows, instanceId: InstanceId, stepName: string): number {
    const { input } = rows.instance(instanceId).request;
    return share("answer", Number(input["seed"]), stepName);
  }

  #delay(): number {
    const { dice, isQuiet } = this.#ground;
    return isQuiet ? 20 : dice.chance(0.2) ? dice.between(1_000, 6_000) : dice.between(20, 800);
  }
}
