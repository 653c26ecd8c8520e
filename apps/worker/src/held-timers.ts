import type { FoundTimer, InstanceState, TimerId } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";

/** Timers that are due later than this are not held: others look after them in time. Milliseconds. */
const HELD_FOR = 10_000;

/** Timers that one worker holds, at the most; what comes beyond goes to the queue alone. */
const MOST_HELD = 20_000;

/**
 * Milliseconds before a timer is due at which Postgres is asked how long it still takes: by the time
 * that it is due, the answer is there. The clock that decides is that of Postgres.
 */
const AHEAD = 50;

/** A clock's callback may come this much too early. Milliseconds. */
const EARLY_AT_MOST = 1;

/** A timer and when it is due. */
export interface SetTimer {
  readonly timerId: TimerId;
  readonly fireAt: Date;
  /** The state of its instance when it was set: most have not moved on when it is due. */
  readonly state?: InstanceState;
}

/** What holding timers needs; none of it rejects. */
interface Ground extends Pick<ProcessPorts, "now" | "timers"> {
  /** Asks the store for a timer; null where nothing is left to do, or where it could not be asked. */
  readonly find: (timerId: TimerId) => Promise<FoundTimer | null>;
  /** Fires a timer that is due. */
  readonly fire: (timer: FoundTimer, state: InstanceState | undefined) => Promise<void>;
}

/**
 * Timers that this worker has set and that are due within seconds: it wakes up for them itself, to
 * the millisecond. Nothing depends on it: the row is the truth, the delayed job in the queue comes up
 * a little later, and whoever looks for due rows finds what both have lost.
 */
export class HeldTimers {
  readonly #ground: Ground;
  readonly #held = new Map<TimerId, () => void>();
  #isLetGo = false;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Holds those of the timers that are due soon. @returns which these are */
  hold(timers: readonly SetTimer[]): ReadonlySet<TimerId> {
    const now = this.#ground.now().getTime();
    const held = new Set<TimerId>();
    for (const timer of timers) {
      const dueIn = timer.fireAt.getTime() - now;
      if (dueIn >= HELD_FOR || this.#held.size >= MOST_HELD) continue;
      this.#askAhead(timer, dueIn);
      held.add(timer.timerId);
    }
    return held;
  }

  /** Holds nothing any more: others fire what is due. */
  letGo(): void {
    this.#isLetGo = true;
    for (const cancel of this.#held.values()) cancel();
    this.#held.clear();
  }

  #askAhead(timer: SetTimer, dueIn: number): void {
    this.#wakeIn(timer.timerId, Math.max(0, dueIn - AHEAD), () => void this.#ask(timer));
  }

  async #ask(timer: SetTimer): Promise<void> {
    const found = await this.#ground.find(timer.timerId);
    if (found === null) return;
    const fire = () => void this.#ground.fire(found, timer.state);
    if (found.dueIn <= 0) fire();
    // Our clock was ahead of that of Postgres.
    else if (found.dueIn > 2 * AHEAD) this.#askAhead(timer, found.dueIn);
    else this.#wakeIn(timer.timerId, Math.ceil(found.dueIn) + EARLY_AT_MOST, fire);
  }

  #wakeIn(timerId: TimerId, milliseconds: number, act: () => void): void {
    if (this.#isLetGo) return;
    const wake = () => {
      this.#held.delete(timerId);
      act();
    };
    this.#held.set(timerId, this.#ground.timers.after(milliseconds, wake));
  }
}
