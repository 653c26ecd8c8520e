import { ArgumentInvalidError, type Duration, toMilliseconds } from "@drover/engine";

/** A hundred years. Milliseconds. */
export const LONGEST_DELAY = 100 * 365.25 * 86_400_000;

/**
 * Sees to it that a moment that long from now can be kept.
 * @throws ArgumentInvalidError, RangeError for what is no duration
 */
export function demandDelay(delay: Duration | undefined): void {
  if (delay !== undefined && toMilliseconds(delay) > LONGEST_DELAY) {
    throw new ArgumentInvalidError("delay", "must be 100 years or less");
  }
}
