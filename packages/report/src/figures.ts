/** What stands where there is no figure. */
const NONE = "–";

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const THREE_DIGITS = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A number as people read it: `12,345`, `87.5`, `0.0421`; three digits that count, and all of those
 * before the point.
 * @returns `–` for null
 */
export function shownNumber(value: number | null): string {
  if (value === null) return NONE;
  return (Math.abs(value) < 100 ? THREE_DIGITS : WHOLE).format(value);
}

/**
 * A duration in the unit that suits it: `0.42 ms`, `3.2 ms`, `412 ms`, `1.4 s`, `2 min 5 s`, `3 h 20 min`.
 * @param milliseconds null for none, which is `–`
 */
export function shownDuration(milliseconds: number | null): string {
  if (milliseconds === null) return NONE;
  if (milliseconds < 0) return `-${shownDuration(-milliseconds)}`;
  if (milliseconds < 0.995) return `${decimals(milliseconds, 2)} ms`;
  if (milliseconds < 99.95) return `${decimals(milliseconds, 1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE - 50) return `${decimals(milliseconds / SECOND, 1)} s`;
  return milliseconds < HOUR - 500
    ? inTwo(milliseconds, MINUTE, "min", SECOND, "s")
    : inTwo(milliseconds, HOUR, "h", MINUTE, "min");
}

/** A share of one as `12.3 %`. */
export function shownShare(share: number | null): string {
  return share === null ? NONE : `${shownNumber(share * 100)} %`;
}

function decimals(value: number, most: number): string {
  return String(Number(value.toFixed(most)));
}

function inTwo(value: number, large: number, name: string, small: number, smallName: string) {
  const parts = Math.round(value / small);
  const each = large / small;
  const rest = parts % each;
  const whole = `${WHOLE.format(Math.floor(parts / each))} ${name}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}
