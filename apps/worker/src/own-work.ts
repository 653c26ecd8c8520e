import type { ScheduledExecution } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import type { Places } from "./places.ts";

/** Steps that a worker keeps for itself, at the most; what comes beyond goes to the queue. */
const MOST_KEPT = 10_000;

/**
 * Milliseconds that a kept step waits for a place; then somebody else may have one. Less than after which
 * steps that nobody has claimed are handed over again.
 */
const PATIENCE = 4_000;

/** Steps are brisk while their code takes less than this on average. Milliseconds. */
const BRISK = 5;

/** How much the last run counts in the average. */
const WEIGHT = 1 / 64;

interface Ground extends Pick<ProcessPorts, "soon"> {
  readonly places: Places;
  readonly isDraining: () => boolean;
  /** Claims the step and carries its branch on; never rejects. @returns false where others are to have it */
  readonly carryOn: (step: ScheduledExecution) => Promise<boolean>;
  /** Gives steps to whoever has places; never rejects. */
  readonly handOver: (steps: readonly ScheduledExecution[]) => Promise<void>;
}

/**
 * Steps that this worker has scheduled by its own commits and goes on with at once, without a way
 * over the queue: members of groups, branches of a fork, what a timer wakes.
 *
 * Invariants:
 * 1. Kept is only what is scheduled in Postgres. It is claimed as what comes from the queue, and where
 *    this worker ends before that, whoever looks for unclaimed steps hands it over.
 * 2. It takes places as what comes from the queue does, in turn with that.
 * 3. Nothing waits here for long while others may have nothing to do: only brisk steps are kept, and
 *    what has no place within four seconds goes to the queue after all.
 */
export class OwnWork {
  readonly #ground: Ground;
  readonly #kept = new Set<Promise<void>>();
  #average = 0;
  /** Steps for others, and the call that gives all of them away together. */
  #forOthers: ScheduledExecution[] = [];
  #handingOver: Promise<void> | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** @returns which of the steps are not kept: they are for the queue */
  keep(steps: readonly ScheduledExecution[]): readonly ScheduledExecution[] {
    if (!this.isBrisk || this.#ground.isDraining()) return steps;
    const room = Math.max(0, MOST_KEPT - this.#kept.size);
    for (const step of steps.slice(0, room)) {
      const work = this.#work(step).finally(() => this.#kept.delete(work));
      this.#kept.add(work);
    }
    return steps.slice(room);
  }

  /** Whether what begins here is soon over, so that others need not wait for a place. */
  get isBrisk(): boolean {
    return this.#average < BRISK;
  }

  /** Notes how long a step's code has run. Milliseconds. */
  noteRun(duration: number): void {
    this.#average += (duration - this.#average) * WEIGHT;
  }

  /** Gives to others what has no place yet. Resolves once nothing is kept any more. */
  async letGo(): Promise<void> {
    this.#ground.places.dismiss("own");
    while (this.#kept.size > 0) await Promise.all(this.#kept);
  }

  async #work(step: ScheduledExecution): Promise<void> {
    const { places, isDraining, carryOn } = this.#ground;
    const work = async () => !isDraining() && (await carryOn(step));
    const isDone = await places.use("own", PATIENCE, work);
    if (isDone === true) return;
    this.#forOthers.push(step);
    this.#handingOver ??= this.#handOverSoon();
    await this.#handingOver;
  }

  /** Thousands may have run out of patience in the same moment. */
  async #handOverSoon(): Promise<void> {
    await new Promise<void>(this.#ground.soon);
    const steps = this.#forOthers;
    this.#forOthers = [];
    this.#handingOver = null;
    await this.#ground.handOver(steps);
  }
}
