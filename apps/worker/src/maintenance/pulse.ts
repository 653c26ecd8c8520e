/** How long this worker has been beating without a gap. */
export class Pulse {
  readonly #longestGap: number;
  #since = Number.NaN;
  #last = Number.NaN;

  /** @param longestGap milliseconds between two beats of one pulse */
  constructor(longestGap: number) {
    this.#longestGap = longestGap;
  }

  /** @param now by a clock that goes on evenly, in milliseconds */
  beat(now: number): void {
    const goesOn = now - this.#last <= this.#longestGap;
    if (!goesOn) this.#since = now;
    this.#last = now;
  }

  /** Whether there was no gap for so many milliseconds, and there is none now. */
  isSteadyFor(milliseconds: number, now: number): boolean {
    return now - this.#last <= this.#longestGap && now - this.#since >= milliseconds;
  }
}
