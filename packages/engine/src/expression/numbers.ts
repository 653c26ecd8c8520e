import { Fault } from "./expression-error.ts";
import { MAX_ROUNDING_DIGITS } from "./limits.ts";

const WHOLE = /^[+-]?\d(?:_?\d)*$/;
const DECIMAL =
  /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;

/** Exponents from which Python writes a float as `1e+16` and `1e-05`. */
const LARGE_EXPONENT = 16;
const SMALL_EXPONENT = -4;

/** As many decimal places as JavaScript writes exactly. */
const EXACT_PLACES = 100;

/** The number as Python's `str` writes it. */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const [mantissa = "", exponentText = ""] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < SMALL_EXPONENT || exponent >= LARGE_EXPONENT) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** What `int` makes of a text without spaces around. @throws Fault when it is no whole number */
export function parseWhole(text: string): number {
  if (!WHOLE.test(text)) {
    throw new Fault("ValueError: invalid literal for int() with base 10");
  }
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(value)) throw new Fault("OverflowError: whole number is too large");
  return value + 0;
}

/** What `float` makes of a text without spaces around. @throws Fault when it is no number */
export function parseDecimal(text: string): number {
  const value = DECIMAL.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
  // `float('nan')` and `float('inf')` are Python's, but no numbers of JSON.
  if (!Number.isFinite(value)) throw new Fault("ValueError: could not convert string to float");
  return value + 0;
}

/**
 * Rounds to decimal places; what lies exactly between goes to the even neighbour.
 * @throws Fault for fewer places than none or more than a double has
 */
export function roundTo(value: number, places: number): number {
  if (places < 0 || places > MAX_ROUNDING_DIGITS) {
    throw new Fault(`ValueError: round() takes 0 to ${MAX_ROUNDING_DIGITS} decimal places`);
  }
  const size = Math.abs(value);
  if (Number.isInteger(value)) return value;
  const exact = size.toFixed(EXACT_PLACES);
  const cut = exact.length - EXACT_PLACES + places;
  // toFixed rounds the exact value, but a tie upwards; its half is in the first digit dropped.
  const isTie = /^50*$/.test(exact.slice(cut));
  const isEven = /[02468]\.?$/.test(exact.slice(0, cut));
  const rounded = isTie && isEven ? exact.slice(0, cut) : size.toFixed(places);
  return Math.sign(value) * Number(rounded) + 0;
}
