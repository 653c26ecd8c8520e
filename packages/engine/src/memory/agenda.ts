/** What lies on an agenda, and when. */
interface Entry<Key> {
  readonly key: Key;
  readonly at: number;
  /** Of two for the same moment the one that was put down first comes first. */
  readonly turn: number;
}

/** Moments in their order: what is next is known without looking through all of it. */
export class Agenda<Key> {
  readonly #byKey = new Map<Key, Entry<Key>>();
  readonly #inOrder: Entry<Key>[] = [];
  #turns = 0;

  /** Puts something down for a moment; the same key again moves it. */
  put(key: Key, at: Date): void {
    this.delete(key);
    this.#turns += 1;
    const entry = { key, at: at.getTime(), turn: this.#turns };
    this.#byKey.set(key, entry);
    this.#inOrder.splice(this.#placeOf(entry), 0, entry);
  }

  delete(key: Key): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.#byKey.delete(key);
    this.#inOrder.splice(this.#placeOf(entry), 1);
  }

  /** What lies at or before a moment, the earliest first. */
  upTo(latest: number, limit: number): Key[] {
    const end = this.#placeOf({ at: latest, turn: Number.POSITIVE_INFINITY });
    return this.#inOrder.slice(0, Math.min(end, limit)).map(({ key }) => key);
  }

  /** The first moment, or the first after one; null for none. */
  next(after = Number.NEGATIVE_INFINITY): Date | null {
    const entry = this.#inOrder[this.#placeOf({ at: after, turn: Number.POSITIVE_INFINITY })];
    return entry === undefined ? null : new Date(entry.at);
  }

  /** How many lie before this one: binary search. */
  #placeOf({ at, turn }: Omit<Entry<Key>, "key">): number {
    let low = 0;
    let high = this.#inOrder.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#inOrder[middle];
      const isBefore =
        entry !== undefined && (entry.at < at || (entry.at === at && entry.turn < turn));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
