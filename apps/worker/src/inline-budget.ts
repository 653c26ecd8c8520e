/**
 * How long one job may go on with the steps that follow: bounded in steps and in time, so that
 * a long chain comes back to the queue now and then and others get their turn.
 */
const MOST_STEPS = 25;
const MOST_MILLISECONDS = 250;

export class InlineBudget {
  readonly #monotonic: () => number;
  readonly #start: number;
  #steps = 0;

  /** @param monotonic a clock that goes on evenly, in milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#start = monotonic();
  }

  /** Whether one more step may follow; asking takes it. */
  take(): boolean {
    this.#steps += 1;
    return this.#steps <= MOST_STEPS && this.#monotonic() - this.#start < MOST_MILLISECONDS;
  }
}
