import { firstStepOf, type FirstStep, type NewInstance } from "@drover/engine";
import type { OffersOptions } from "@drover/worker";

/** Milliseconds for which an offer holds, as in packages/db. */
const HOLDS = 3_000;

/** A worker that offers to take first steps, and its session. */
export interface Offerer extends Pick<OffersOptions, "workerId" | "definitionIds"> {
  readonly isThere: () => boolean;
  readonly tell: (first: FirstStep) => void;
}

/** Who offers to take the first step of the next instance, as the table of packages/db holds it. */
export class OfferRows {
  readonly #now: () => Date;
  readonly #until = new Map<Offerer, number>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  put(offerer: Offerer): void {
    this.#until.set(offerer, this.#now().getTime() + HOLDS);
  }

  withdraw(offerer: Offerer): void {
    this.#until.delete(offerer);
  }

  /** Gives the first step of a new instance to a worker, which is told of it. @returns null where none is to have it */
  take(instance: NewInstance): Offerer | null {
    for (const [offerer, until] of this.#until) {
      const isValid = until > this.#now().getTime() && offerer.isThere();
      if (!isValid || !offerer.definitionIds.includes(instance.definitionId)) continue;
      this.#until.delete(offerer);
      offerer.tell(firstStepOf(instance));
      return offerer;
    }
    return null;
  }
}
