import { Fault } from "./expression-error.ts";
import { MAX_SIZE, MAX_STEPS, SEARCH_WIDTH, SIZE_PER_STEP } from "./limits.ts";

/** What one evaluation may still do; every method throws a Fault when that is used up. */
export class Budget {
  #stepsLeft = MAX_STEPS;

  /** Pays for evaluating one part of the expression. */
  step(): void {
    this.#take(1);
  }

  /** Pays for walking over `size` elements or characters. */
  work(size: number): void {
    this.#take(size / SIZE_PER_STEP);
  }

  /** Pays for making a text or list of `size`; asked before it is made. */
  allocate(size: number): void {
    if (size > MAX_SIZE) throw new Fault(`Result is larger than ${MAX_SIZE} elements`);
    this.work(size);
  }

  /** Pays for looking for one text in another. */
  search(text: string, wanted: string): void {
    this.work(text.length * Math.ceil((wanted.length + 1) / SEARCH_WIDTH));
  }

  #take(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new Fault(`Expression takes more than ${MAX_STEPS} steps`);
  }
}
