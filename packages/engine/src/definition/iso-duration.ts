import type { DurationParts } from "./duration.ts";

const NUMBER = String.raw`([+-]?\d+(?:[.,]\d+)?)`;
/** Each unit at most once and in this order; a `T` must be followed by something. */
const ISO_DURATION = new RegExp(
  `^([+-]?)P(?!$)(?:${NUMBER}W)?(?:${NUMBER}D)?` +
    `(?:T(?!$)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);
const YEARS_OR_MONTHS = /^[+-]?P[^T]*[YM]/;
/** A fraction is allowed in the smallest unit alone, so no digit follows the unit after it. */
const FRACTION_BEFORE_THE_END = /[.,]\d+[WDHM]T?[+-]?\d/;

/** Longer texts are no durations, and an error message need not quote them. Characters. */
const LONGEST_TEXT = 100;

/**
 * The parts of an ISO 8601 duration. Weeks may stand beside other units and a sign may stand in
 * front of the whole or of a number, as ISO 8601-2 and Temporal have it.
 * @throws RangeError in words for what is no duration, and for years and months
 */
export function parseIsoDuration(text: string): DurationParts {
  if (text.length > LONGEST_TEXT) {
    throw new RangeError(`a duration as text has at most ${LONGEST_TEXT} characters`);
  }
  if (YEARS_OR_MONTHS.test(text)) {
    throw new RangeError(
      `'${text}' has years or months, which have no fixed length: use weeks or days`,
    );
  }
  const match = FRACTION_BEFORE_THE_END.test(text) ? null : ISO_DURATION.exec(text);
  if (match === null) {
    throw new RangeError(`'${text}' is no ISO 8601 duration like P3D, PT1H30M or PT0.5S`);
  }
  const [, sign, weeks, days, hours, minutes, seconds] = match;
  const part = (digits: string | undefined) =>
    Number(digits?.replace(",", ".") ?? 0) * (sign === "-" ? -1 : 1);
  return {
    weeks: part(weeks),
    days: part(days),
    hours: part(hours),
    minutes: part(minutes),
    seconds: part(seconds),
  };
}

/**
 * Milliseconds as ISO 8601 text, in days, hours, minutes and seconds: `P1DT30M`, `PT0.5S`. Parts of
 * a millisecond round up and negative ones count as none, as wherever durations are read.
 * @throws RangeError when it is not a finite number
 */
export function toIsoDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) {
    throw new RangeError(`a duration must be a finite number of milliseconds, got ${milliseconds}`);
  }
  let left = Math.max(0, Math.ceil(milliseconds));
  const take = (size: number, unit: string) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  };
  const days = take(86_400_000, "D");
  const clock = take(3_600_000, "H") + take(60_000, "M") + (left === 0 ? "" : `${left / 1_000}S`);
  if (days === "" && clock === "") return "PT0S";
  return clock === "" ? `P${days}` : `P${days}T${clock}`;
}
