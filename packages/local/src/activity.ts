/** How much is under way, and when nothing is any more. */
export class Activity {
  #underWay = 0;
  #fault: { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<void>[] = [];

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#tell();
  }

  /** Counts as under way until the work has ended. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Something happened that the engine rules out: whoever waits has to know. */
  fail(error: unknown): void {
    this.#fault ??= { error };
    this.#tell();
  }

  /** Resolves when nothing is under way; rejects with the fault where there is one. */
  async quiet(): Promise<void> {
    while (this.#underWay > 0 && this.#fault === null) {
      const next = Promise.withResolvers<void>();
      this.#waiting.push(next);
      await next.promise;
    }
    if (this.#fault !== null) throw this.#fault.error;
  }

  #tell(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve();
  }
}
