import { errorText } from "../errors.ts";

/** A wrong value in words, for a message. NaN and infinities have no JSON. */
export function said(value: unknown): string {
  if (typeof value === "number") return String(value);
  return value === undefined ? "nothing" : errorText(value);
}

/** An object that was written down, not made by a class. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
