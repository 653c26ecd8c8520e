import type { WorkQueue } from "./commands.ts";

/** Milliseconds for which an answer counts. */
const FRESH = 100;

interface Ground {
  readonly queue: Pick<WorkQueue, "backlog">;
  /** A clock that goes on evenly, in milliseconds. */
  readonly monotonic: () => number;
}

/** Whether jobs wait in the queue, as it was a moment ago: thousands of steps may ask in a second. */
export class KnownBacklog {
  readonly #ground: Ground;
  #askedAt = Number.NEGATIVE_INFINITY;
  #isAny: Promise<boolean> = Promise.resolve(true);

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** A queue that does not tell may have any number of them. */
  isAny(): Promise<boolean> {
    const { queue, monotonic } = this.#ground;
    if (monotonic() - this.#askedAt >= FRESH) {
      this.#askedAt = monotonic();
      this.#isAny = queue.backlog().then((jobs) => jobs !== 0);
    }
    return this.#isAny;
  }
}
