import { toMilliseconds, type Duration } from "@drover/engine";

const UNITS: readonly (readonly [pattern: RegExp, milliseconds: number])[] = [
  [/^(?:ms|milliseconds?)$/, 1],
  [/^(?:s|sec|seconds?)$/, 1_000],
  [/^(?:m|min|minutes?)$/, 60_000],
  [/^(?:h|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, 86_400_000],
  [/^(?:w|weeks?)$/, 604_800_000],
];
const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)/g;
const WORDS =
  /^\s*\d+(?:\.\d+)?\s*[a-z]+(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*)\d+(?:\.\d+)?\s*[a-z]+)*\s*$/;

/**
 * A length of time in milliseconds. Besides what durations are everywhere (milliseconds, parts,
 * `P3D`) plain words: `"3 days"`, `"2 hours 30 minutes"`, `"1 h and 5 min"`.
 * @throws RangeError for what is none
 */
export function inMilliseconds(duration: Duration): number {
  if (typeof duration !== "string" || !WORDS.test(duration)) return toMilliseconds(duration);
  let total = 0;
  for (const [, amount, unit = ""] of duration.matchAll(PART)) {
    const known = UNITS.find(([pattern]) => pattern.test(unit));
    if (known === undefined) {
      throw new RangeError(`'${duration}': '${unit}' is no unit of time; days, hours, minutes are`);
    }
    total += Number(amount) * known[1];
  }
  return toMilliseconds(total);
}
