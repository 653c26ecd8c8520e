import { jsonSize, type FoundTimer, type InstanceState, type TimerId } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import type { StepBeforeTimer } from "./next-step.ts";

/** Timers that are due later than this are not held: others look after them in time. Milliseconds. */
const HELD_FOR = 10_000;

/** Timers that one worker holds, at the most; what comes beyond goes to the queue alone. */
const MOST_HELD = 20_000;

/**
 * Milliseconds before a timer is due at which Postgres is asked how long it still takes, and its step is
 * taken: by the time that it is due, both is done, also where a thousand are due at once. The clock that
 * decides is that of Postgres.
 */
const AHEAD = 100;

/** Steps that are kept at hand for their timers, and characters of JSON that each of them may have. */
const MOST_STEPS = 2_000;
const LARGEST_STEP = 16 * 1_024;

/** Characters that count for a step of its history, beside its result. */
const RECORD = 100;

/** A clock's callback may come this much too early. Milliseconds. */
const EARLY_AT_MOST = 1;

/** A timer and when it is due. */
export interface SetTimer {
  readonly timerId: TimerId;
  readonly fireAt: Date;
  readonly known?: KnownToTimers;
}

/** An instance as the commit has left it that set a timer: most have not moved on when it is due. */
export interface KnownToTimers {
  readonly state: InstanceState;
  /** The step that waits for the timer; null where it cannot be known how it goes on. */
  readonly step: StepBeforeTimer | null;
}

/** What holding timers needs; none of it rejects. */
interface Ground extends Pick<ProcessPorts, "now" | "monotonic" | "timers"> {
  /** Asks the store for a timer; null where nothing is left to do, or where it could not be asked. */
  readonly find: (timerId: TimerId) => Promise<FoundTimer | null>;
  /**
   * Takes the step of a timer ahead of the moment, and goes on with it when that has come.
   * @param dueAt the moment, by the even clock
   * @returns false where the timer is to be fired
   */
  readonly take: (timer: FoundTimer, step: StepBeforeTimer, dueAt: number) => Promise<boolean>;
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
  readonly #steps = new Map<TimerId, StepBeforeTimer>();
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
      this.#keepStep(timer);
      this.#askAhead(timer.timerId, timer.known?.state, dueIn);
      held.add(timer.timerId);
    }
    return held;
  }

  /** Holds nothing any more: others fire what is due. */
  letGo(): void {
    this.#isLetGo = true;
    for (const cancel of this.#held.values()) cancel();
    this.#held.clear();
    this.#steps.clear();
  }

  /** What is large is read again when it is due: thousands of them would fill the memory. */
  #keepStep({ timerId, known }: SetTimer): void {
    const step = known?.step ?? null;
    if (step !== null && this.#steps.size < MOST_STEPS && isSmall(step))
      this.#steps.set(timerId, step);
  }

  #askAhead(timerId: TimerId, state: InstanceState | undefined, dueIn: number): void {
    this.#wakeIn(timerId, Math.max(0, dueIn - AHEAD), () => void this.#ask(timerId, state));
  }

  async #ask(timerId: TimerId, state: InstanceState | undefined): Promise<void> {
    const { find, take, fire, monotonic } = this.#ground;
    const found = await find(timerId);
    // Our clock was ahead of that of Postgres.
    if (found !== null && found.dueIn > 2 * AHEAD) {
      return this.#askAhead(timerId, state, found.dueIn);
    }
    const step = this.#steps.get(timerId);
    this.#steps.delete(timerId);
    if (found === null || this.#isLetGo) return;
    const dueAt = monotonic() + found.dueIn;
    if (step !== undefined && (await take(found, step, dueAt))) return;
    const left = dueAt - monotonic();
    const fireNow = () => void fire(found, state);
    if (left <= 0) fireNow();
    else this.#wakeIn(timerId, Math.ceil(left) + EARLY_AT_MOST, fireNow);
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

function isSmall({ context, history }: StepBeforeTimer): boolean {
  let left = LARGEST_STEP - jsonSize(context, LARGEST_STEP);
  for (const { result } of history) {
    if (left < 0) break;
    left -= RECORD + jsonSize(result, LARGEST_STEP);
  }
  return left >= 0;
}
