import type { MemoryStore, InstanceId, OutsideEvent } from "@drover/engine";
import type { Activity } from "./activity.ts";
import type { Clock } from "./clock.ts";

/** How many timers are looked at together. */
const PIECE = 500;

/** Wakes the engine when the rows say that a timer is due or a deadline has passed. */
export class Alarm {
  readonly #store: MemoryStore;
  readonly #clock: Clock;
  readonly #activity: Activity;
  readonly #act: (instanceId: InstanceId, event: OutsideEvent) => Promise<unknown>;
  #armed: { readonly at: number; readonly cancel: () => void } | null = null;
  #closed = false;

  constructor(
    { store, clock, activity }: { store: MemoryStore; clock: Clock; activity: Activity },
    act: (instanceId: InstanceId, event: OutsideEvent) => Promise<unknown>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#activity = activity;
    this.#act = act;
  }

  /** The rows have changed: something else may come next. */
  arm(): void {
    if (this.#closed) return;
    const next = this.#store.nextWake();
    if (next?.getTime() === this.#armed?.at) return;
    this.#armed?.cancel();
    this.#armed = null;
    if (next === null) return;
    const cancel = this.#clock.wakeAt(next, () => {
      this.#armed = null;
      void this.#activity.during(() => this.#fire());
    });
    this.#armed = { at: next.getTime(), cancel };
  }

  close(): void {
    this.#closed = true;
    this.#armed?.cancel();
    this.#armed = null;
  }

  async #fire(): Promise<void> {
    try {
      for (const { instanceId, timerId } of await this.#store.listDueTimers(0, PIECE)) {
        await this.#act(instanceId, { type: "timer.fired", timerId });
      }
      for (const instanceId of await this.#store.listPassedDeadlines(PIECE)) {
        await this.#act(instanceId, { type: "deadline.passed" });
      }
      this.arm();
    } catch (error) {
      this.#activity.fail(error);
    }
  }
}
