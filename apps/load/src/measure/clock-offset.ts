/**
 * How far the server's clock is ahead of this one. Every answer to a start says when the server has
 * taken it, which lies between sending and answer: the shortest of them tells best.
 */
export class ClockOffset {
  #shortest = Infinity;
  #offset = 0;

  /** @param server its clock. @param sent, answered this machine's. All in milliseconds since 1970. */
  heard(server: number, sent: number, answered: number): void {
    const trip = answered - sent;
    if (trip >= this.#shortest) return;
    this.#shortest = trip;
    this.#offset = server - (sent + answered) / 2;
  }

  /** Milliseconds that the offset may be wrong by: half of the trip. */
  get uncertainty(): number {
    return Number.isFinite(this.#shortest) ? this.#shortest / 2 : 0;
  }

  /** Milliseconds to take from the server's moments; 0 where the clocks agree as far as can be told. */
  get milliseconds(): number {
    return Math.abs(this.#offset) <= this.uncertainty ? 0 : this.#offset;
  }
}
