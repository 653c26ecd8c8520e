import type { Dice } from "../dice.ts";

/** How the code of a step behaves. */
export interface Behavior {
  /** Milliseconds that its work takes. */
  readonly takes: number;
  /** Tries fail by draw, and are tried again. */
  readonly isShaky: boolean;
  /** Whether its failure for good is handled, so that the flow goes on. */
  readonly isHandled: boolean;
  /** Can be undone. */
  readonly compensates: boolean;
  /** Fails whatever is tried. */
  readonly isBroken: boolean;
}

/** Of steps that are there for the flow alone. */
export const QUICK: Behavior = {
  takes: 2,
  isShaky: false,
  isHandled: false,
  compensates: false,
  isBroken: false,
};

/** How a step behaves, by draw. */
export function behaviorFrom(dice: Dice): Behavior {
  return {
    takes: dice.chance(0.1) ? dice.between(500, 7_000) : dice.between(1, 60),
    isShaky: dice.chance(0.25),
    isHandled: dice.chance(0.7),
    compensates: dice.chance(0.15),
    isBroken: dice.chance(0.015),
  };
}
