import { parseIsoDuration } from "./iso-duration.ts";

/**
 * A length of time: milliseconds, its parts added up, or ISO 8601 text like `P3D` or `PT1H30M`
 * (weeks, days, hours, minutes and seconds; years and months have no fixed length).
 */
export type Duration = number | DurationParts | string;

export interface DurationParts {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

const MILLISECONDS: ReadonlyMap<string, number> = new Map<keyof DurationParts, number>([
  ["weeks", 604_800_000],
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1_000],
  ["milliseconds", 1],
]);

/** As long as JavaScript's time goes from 1970 on. Milliseconds. */
const LONGEST = 8.64e15;

/** A wait that leads beyond the year 9999 is a mistake, and few systems can write such dates. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The duration in whole milliseconds, rounded up; negative ones count as none.
 * @throws RangeError when it is not a finite number, longer than time goes or cannot be read
 */
export function toMilliseconds(duration: Duration): number {
  return Math.max(0, signedMilliseconds(duration));
}

/**
 * As `toMilliseconds`, below zero for a negative duration: for those who refuse it.
 * @throws RangeError as `toMilliseconds` does
 */
export function signedMilliseconds(duration: Duration): number {
  const total = totalOf(typeof duration === "string" ? parseIsoDuration(duration) : duration);
  if (!Number.isFinite(total) || total > LONGEST) {
    throw new RangeError(`a duration must be a finite number of milliseconds, got ${total}`);
  }
  // 2.007 × 1000 is a hair above 2007: that must not round up to 2008. A nanosecond is no time.
  return Math.ceil(Number(total.toFixed(6)));
}

/** The moment a duration after another, or a RangeError where there is no such date. */
export function after(moment: Date, duration: Duration): Date {
  const time = moment.getTime() + toMilliseconds(duration);
  if (time > LAST_MOMENT) throw new RangeError("the duration leads beyond the year 9999");
  return new Date(time);
}

/** Data often decides how long: what comes from there is not what the types promise. */
function totalOf(duration: unknown): number {
  if (typeof duration === "number") return duration;
  if (typeof duration !== "object" || duration === null) {
    throw new RangeError(`a duration must be a number, parts or text, got ${String(duration)}`);
  }
  let total = 0;
  for (const [part, value] of Object.entries(duration)) {
    const factor = MILLISECONDS.get(part);
    if (factor === undefined) throw new RangeError(`a duration has no part '${part}'`);
    if (value === undefined || value === null) continue;
    if (typeof value !== "number") throw new RangeError(`${part} of a duration must be a number`);
    total += value * factor;
  }
  return total;
}
