/** How often something was done, by its kind. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  of(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }

  add(other: Tally): void {
    for (const [kind, times] of other.#counts) this.count(kind, times);
  }

  get total(): number {
    let total = 0;
    for (const times of this.#counts.values()) total += times;
    return total;
  }

  /** By kind, in the order of the alphabet. */
  toJSON(): Record<string, number> {
    const sorted = [...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(sorted);
  }
}
