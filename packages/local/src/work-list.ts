import type { ScheduledExecution } from "@drover/engine";

/** Taken entries are let go of in pieces: shifting a long list by one each time costs its length. */
const PIECE = 1_024;

/** What is ready to run, first come, first served. */
export class WorkList {
  #entries: ScheduledExecution[] = [];
  #taken = 0;

  add(execution: ScheduledExecution): void {
    this.#entries.push(execution);
  }

  take(): ScheduledExecution | undefined {
    const entry = this.#entries[this.#taken];
    if (entry === undefined) return undefined;
    this.#taken += 1;
    if (this.#taken >= PIECE && this.#taken * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#taken);
      this.#taken = 0;
    }
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#taken = 0;
  }
}
