/** Something that is going to happen. */
interface Happening {
  readonly at: number;
  /** Of two for the same moment the one that was put down first comes first. */
  readonly turn: number;
  readonly callback: () => void;
  canceled: boolean;
}

/**
 * Virtual time: what is going to happen, one thing after the other.
 *
 * Invariants:
 * 1. Nothing else happens: code that runs in a simulation waits for happenings alone, so the order
 *    of everything follows from the order in which they were put down.
 * 2. After each one all promises that can go on have gone on before the next one happens.
 */
export class Timeline {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** How much has happened. */
  happened = 0;
  /** Set by whoever has let code go on; the promises behind it are then waited for. */
  touched = false;
  readonly #heap: Happening[] = [];
  #turns = 0;

  /** @returns takes it back; of no effect once it has happened */
  after(milliseconds: number, callback: () => void): () => void {
    this.#turns += 1;
    const at = this.now + Math.max(0, milliseconds);
    const happening: Happening = { at, turn: this.#turns, callback, canceled: false };
    this.#heap.push(happening);
    this.#rise(this.#heap.length - 1);
    return () => void (happening.canceled = true);
  }

  /** Resolves when everything that can go on has gone on. */
  async settle(): Promise<void> {
    this.touched = false;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /**
   * Lets things happen until it is enough.
   * @returns false where the time was over before
   */
  async run(isEnough: () => boolean, until: number): Promise<boolean> {
    await this.settle();
    while (!isEnough()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) {
        this.now = until;
        return false;
      }
      this.#takeFirst();
      if (next.canceled) continue;
      this.now = next.at;
      this.happened += 1;
      next.callback();
      if (this.touched) await this.settle();
    }
    return true;
  }

  #takeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#isBefore(index, above)) return;
      this.#swap(index, above);
      index = above;
    }
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let first = index;
      if (this.#isBefore(left, first)) first = left;
      if (this.#isBefore(right, first)) first = right;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#heap[left];
    const b = this.#heap[right];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.turn < b.turn);
  }

  #swap(left: number, right: number): void {
    const a = this.#heap[left];
    const b = this.#heap[right];
    if (a === undefined || b === undefined) return;
    this.#heap[left] = b;
    this.#heap[right] = a;
  }
}
