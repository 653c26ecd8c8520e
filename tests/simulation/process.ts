import { runPorts, type ProcessPorts } from "@drover/platform";
import type { Dice } from "./dice.ts";
import type { Timeline } from "./timeline.ts";

/** When simulations begin. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/**
 * A process as the operating system and the network see it.
 *
 * Invariants:
 * 1. Code of a process goes on through `enter` alone: answers, alarms, jobs.
 * 2. A dead process never goes on: its promises stay open for ever, its alarms do not go off.
 * 3. A frozen one goes on later with all that has come meanwhile, in the order in which it came.
 */
export class SimulatedProcess {
  readonly name: string;
  /** What its code knows of time and chance. */
  readonly ports: ProcessPorts;
  /** What code of the process does that takes all of it down. */
  crash = (): void => this.kill();
  readonly #timeline: Timeline;
  #state: "running" | "frozen" | "dead" = "running";
  #held: (() => void)[] = [];

  /** @param skew milliseconds by which its time of day differs */
  constructor(name: string, timeline: Timeline, dice: Dice, skew: number) {
    this.name = name;
    this.#timeline = timeline;
    this.ports = {
      ...runPorts,
      now: () => new Date(BEGINNING + skew + timeline.now),
      monotonic: () => timeline.now,
      soon: (callback) => void timeline.after(0, () => this.enter(callback)),
      random: dice.next,
      timers: {
        after: (milliseconds, callback) => {
          let canceled = false;
          const cancel = timeline.after(milliseconds, () =>
            this.enter(() => {
              if (!canceled) callback();
            }),
          );
          return () => {
            canceled = true;
            cancel();
          };
        },
      },
    };
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Lets code of this process go on, now or when it can. */
  enter(callback: () => void): void {
    if (this.#state === "dead") return;
    if (this.#state === "frozen") {
      this.#held.push(callback);
      return;
    }
    enters(this);
    this.#timeline.touched = true;
    callback();
  }

  /** SIGKILL. */
  kill(): void {
    this.#state = "dead";
    this.#held = [];
  }

  /** SIGSTOP. */
  freeze(): void {
    if (this.#state === "running") this.#state = "frozen";
  }

  /** SIGCONT. */
  thaw(): void {
    if (this.#state !== "frozen") return;
    this.#state = "running";
    for (const callback of this.#held.splice(0)) {
      this.#timeline.after(0, () => this.enter(callback));
    }
  }
}

let current: SimulatedProcess | null = null;

function enters(process: SimulatedProcess): void {
  current = process;
}

/**
 * The process whose code runs now: between two happenings only one does. It is how the code of a
 * step, which all workers share, knows on which of them it runs.
 */
export function currentProcess(): SimulatedProcess {
  if (current === null) throw new Error("no process runs");
  return current;
}
