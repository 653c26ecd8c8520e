/**
 * One piece of work after another for each key, side by side for different keys. What is asked for a
 * key while work for it is under way is gathered and done together next.
 */
export class Gathering<Key, Item, Result> {
  readonly #work: (key: Key, items: readonly Item[]) => Promise<readonly Settled<Result>[]>;
  readonly #largest: number;
  readonly #atRest: (key: Key) => void;
  readonly #waiting = new Map<Key, Waiting<Item, Result>[]>();

  /**
   * @param work answers each item, in their order; throwing fails all of them
   * @param largest items at once
   * @param atRest told when there is nothing more to do for a key
   */
  constructor(
    work: (key: Key, items: readonly Item[]) => Promise<readonly Settled<Result>[]>,
    largest: number,
    atRest: (key: Key) => void,
  ) {
    this.#work = work;
    this.#largest = largest;
    this.#atRest = atRest;
  }

  submit(key: Key, item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push({ item, resolve, reject });
    } else {
      this.#waiting.set(key, [{ item, resolve, reject }]);
      // Every item's own promise carries what happens; nothing is left to catch here.
      void this.#workOff(key);
    }
    return promise;
  }

  async #workOff(key: Key): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(key)?.splice(0, this.#largest) ?? [];
      if (batch.length === 0) break;
      await this.#settle(key, batch);
    }
    this.#waiting.delete(key);
    this.#atRest(key);
  }

  async #settle(key: Key, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#work(
        key,
        batch.map(({ item }) => item),
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const settled = results[index];
        if (settled === undefined) reject(new Error("the work gave no answer for an item"));
        else if ("error" in settled) reject(settled.error);
        else resolve(settled.result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** What became of one item. */
export type Settled<Result> = { readonly result: Result } | { readonly error: unknown };

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
