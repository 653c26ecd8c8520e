import type { ClaimedStep } from "@drover/engine";

/** Milliseconds for which a step that took long is taken to be slow. */
const FORGOTTEN_AFTER = 60_000;

type WhichStep = Pick<ClaimedStep, "definitionId" | "stepName">;

/** Steps whose code took too long to be run ahead: the next time it would be begun twice, and in vain. */
export class SlowSteps {
  readonly #monotonic: () => number;
  /** Until when each is, by that clock. As many at the most as there are steps. */
  readonly #until = new Map<string, number>();

  /** @param monotonic a clock that goes on evenly, in milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  note(step: WhichStep): void {
    this.#until.set(keyOf(step), this.#monotonic() + FORGOTTEN_AFTER);
  }

  has(step: WhichStep): boolean {
    return this.#until.size > 0 && (this.#until.get(keyOf(step)) ?? 0) > this.#monotonic();
  }
}

function keyOf({ definitionId, stepName }: WhichStep): string {
  return `${definitionId} ${stepName}`;
}
