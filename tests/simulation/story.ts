/** What happens in a run, line by line; always summed up, kept where somebody wants to read it. */
export class Story {
  readonly #now: () => number;
  readonly #keep: ((line: string) => void) | null;
  #sum = 2_166_136_261;

  /** @param keep gets each line; null where nobody reads it */
  constructor(now: () => number, keep: ((line: string) => void) | null) {
    this.#now = now;
    this.#keep = keep;
  }

  tell(who: string, what: string): void {
    const line = `${this.#now().toFixed(3)} ${who}: ${what}`;
    let sum = this.#sum;
    for (let index = 0; index < line.length; index += 1) {
      sum = Math.imul(sum ^ line.charCodeAt(index), 16_777_619);
    }
    this.#sum = sum;
    this.#keep?.(line);
  }

  /** Whether somebody reads along: what is only for people need not be told otherwise. */
  get isRead(): boolean {
    return this.#keep !== null;
  }

  /** Two runs with the same sum have gone the same way. */
  get sum(): string {
    return (this.#sum >>> 0).toString(16).padStart(8, "0");
  }
}
