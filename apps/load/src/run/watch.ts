import { setTimeout as pause } from "node:timers/promises";
import type { DroverClient } from "../http/drover-client.ts";
import { busy, countInstances, type Counts, NOTHING } from "./counts.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Milliseconds between two counts: as short as possible, as long as counting takes no more than a
 * part of the time, but never so long that nobody knows how things stand.
 */
const BETWEEN_COUNTS = 1_000;
const PART_OF_THE_TIME = 0.1;
const LONGEST_REST = 3_000;

/** Milliseconds after which what still waits will not be waited for, as nothing has changed. */
const SETTLED_AFTER = 5_000;

export interface Watching {
  readonly client: DroverClient;
  readonly tag: string;
  readonly workflow: string;
  readonly ledger: Ledger;
  /** Whether somebody answers the tasks: then nothing is to stay waiting. */
  readonly completesTasks: boolean;
}

/** Counts what has become of the instances, as long as the load goes on and until they have ended. */
export class Watch {
  /** As of the last look. */
  counts: Counts = NOTHING;
  readonly #watching: Watching;
  #lookedAt = 0;
  #changedAt = performance.now();

  constructor(watching: Watching) {
    this.#watching = watching;
  }

  /** Looks again and again until the signal says that it is over. */
  async work(over: AbortSignal): Promise<void> {
    while (!over.aborted) await this.#rest(await this.#timedLook(), over);
  }

  /**
   * Resolves once all has ended or stays waiting, or when that has taken too long.
   * @param patience milliseconds
   * @returns whether all had come to rest
   */
  async untilAtRest(patience: number, over: AbortSignal): Promise<boolean> {
    const begin = performance.now();
    while (!over.aborted && performance.now() - begin < patience) {
      const took = await this.#timedLook();
      if (this.#isAtRest(begin)) return true;
      await this.#rest(took, over);
    }
    return false;
  }

  /** Asks once more. */
  async look(): Promise<void> {
    const { client, tag, workflow, ledger } = this.#watching;
    try {
      const counts = await countInstances(client, tag, workflow);
      if (JSON.stringify(counts) !== JSON.stringify(this.counts)) {
        this.#changedAt = performance.now();
      }
      this.counts = counts;
      this.#lookedAt = performance.now();
    } catch (error) {
      // The load goes on: how Drover fares is what is measured.
      ledger.error("count", error instanceof Error ? error.message : String(error), "");
    }
  }

  #isAtRest(since: number): boolean {
    if (this.#lookedAt < since || busy(this.counts) > 0) return false;
    if (this.counts.waiting === 0) return true;
    return (
      !this.#watching.completesTasks &&
      performance.now() - Math.max(this.#changedAt, since) > SETTLED_AFTER
    );
  }

  async #timedLook(): Promise<number> {
    const begin = performance.now();
    await this.look();
    return performance.now() - begin;
  }

  async #rest(took: number, over: AbortSignal): Promise<void> {
    const length = Math.min(Math.max(BETWEEN_COUNTS, took / PART_OF_THE_TIME), LONGEST_REST);
    await pause(length, undefined, { signal: over }).catch((error: unknown) => {
      if (!over.aborted) throw error;
    });
  }
}
