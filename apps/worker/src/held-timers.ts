import type { TimerId } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";

/** Timers that are due later than this are not held: others look after them in time. Milliseconds. */
const HELD_FOR = 10_000;

/** Timers that one worker holds, at the most; what comes beyond goes to the queue alone. */
const MOST_HELD = 20_000;

/** A timer and when it is due. */
export interface SetTimer {
  readonly timerId: TimerId;
  readonly fireAt: Date;
}

/** Fires a timer that is due; never rejects. @returns milliseconds until it is; null where nothing is left to do */
type Fire = (timerId: TimerId) => Promise<number | null>;

/**
 * Timers that this worker has set and that are due within seconds: it wakes up for them itself, to
 * the millisecond. Nothing depends on it: the row is the truth, the delayed job in the queue comes up
 * a little later, and whoever looks for due rows finds what both have lost.
 */
export class HeldTimers {
  readonly #fire: Fire;
  readonly #ports: Pick<ProcessPorts, "now" | "timers">;
  readonly #held = new Map<TimerId, () => void>();

  constructor(fire: Fire, ports: Pick<ProcessPorts, "now" | "timers">) {
    this.#fire = fire;
    this.#ports = ports;
  }

  /** Holds those of the timers that are due soon. @returns which these are */
  hold(timers: readonly SetTimer[]): ReadonlySet<TimerId> {
    const now = this.#ports.now().getTime();
    const held = new Set<TimerId>();
    for (const { timerId, fireAt } of timers) {
      const dueIn = fireAt.getTime() - now;
      if (dueIn >= HELD_FOR || this.#held.size >= MOST_HELD) continue;
      this.#wake(timerId, dueIn);
      held.add(timerId);
    }
    return held;
  }

  /** Holds nothing any more: others fire what is due. */
  letGo(): void {
    for (const cancel of this.#held.values()) cancel();
    this.#held.clear();
  }

  #wake(timerId: TimerId, dueIn: number): void {
    // Firing rejects never: what goes wrong with it is found by others.
    const wake = () => void this.#isDue(timerId);
    this.#held.set(timerId, this.#ports.timers.after(Math.max(0, dueIn), wake));
  }

  async #isDue(timerId: TimerId): Promise<void> {
    this.#held.delete(timerId);
    const again = await this.#fire(timerId);
    // The clock that decides is that of Postgres; it may be behind ours.
    if (again !== null) this.#wake(timerId, again);
  }
}
