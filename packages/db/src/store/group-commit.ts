import { OverloadedError } from "./overloaded-error.ts";

/**
 * Group commit: what arrives while a flush is under way goes into the next one, together. There
 * is no timer: an idle system flushes at once, a busy one in ever larger groups. Steps that go on
 * with the same answer come one after the other: a flush begins when all of them have had their
 * turn, as otherwise the first would go alone and the others wait for it. Reading is gathered likewise.
 *
 * Invariants:
 * 1. Every item gets just one answer: its result or an error.
 * 2. A group that fails because of what is in it is tried again item by item, so that one bad item
 *    harms no other. A failure that concerns all of them (Postgres is away) fails them all at once:
 *    one after the other they would wait for the same thing as often as there are items.
 * 3. What waits is bounded: while Postgres stalls, who comes too late is refused at once.
 */
export class GroupCommit<Item, Result> {
  readonly #flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #options: GroupCommitOptions;
  #queue: Waiting<Item, Result>[] = [];
  #flushing = 0;
  #isPumpDue = false;

  /**
   * @param flush writes a group, all of it or nothing, and answers in the order of the items
   */
  constructor(
    flush: (items: readonly Item[]) => Promise<readonly Result[]>,
    options: GroupCommitOptions,
  ) {
    this.#flush = flush;
    this.#options = options;
  }

  /** @throws OverloadedError when too many wait already; nothing has been done then */
  submit(item: Item): Promise<Result> {
    if (this.#queue.length >= this.#options.mostWaiting) {
      const reason = `${this.#queue.length} writes wait for Postgres; try again`;
      return Promise.reject(new OverloadedError(reason));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ item, resolve, reject });
    this.#pumpSoon();
    return promise;
  }

  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    this.#options.soon(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#flushing < this.#options.concurrency && this.#queue.length > 0) {
      const group = this.#queue.splice(0, this.#options.largest);
      this.#flushing += 1;
      // The group's own promises carry what happens; nothing is left to catch here.
      void this.#settle(group).finally(() => {
        this.#flushing -= 1;
        this.#pumpSoon();
      });
    }
  }

  async #settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#flush(group.map((waiting) => waiting.item));
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error("the flush gave no answer for an item"));
        else resolve(result);
      }
    } catch (error) {
      if (group.length === 1 || !this.#options.isOneItems(error)) {
        for (const { reject } of group) reject(error);
      } else {
        for (const waiting of group) await this.#settle([waiting]);
      }
    }
  }
}

export interface GroupCommitOptions {
  /** Items in one group. */
  readonly largest: number;
  /** Items that may wait while flushes are under way. */
  readonly mostWaiting: number;
  /** Flushes under way at once. */
  readonly concurrency: number;
  /** Calls back when everything that can go on just now has gone on. */
  readonly soon: (callback: () => void) => void;
  /** Whether an error is the fault of a single item and not the trouble of all. */
  readonly isOneItems: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
