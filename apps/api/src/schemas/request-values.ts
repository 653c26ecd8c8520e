import { isStorable } from "@drover/platform";
import { z } from "@hono/zod-openapi";

export { LONGEST_COMMENT, LONGEST_NAME, LONGEST_REASON, LONGEST_VERSION } from "@drover/platform";

/** Text that Postgres can hold: no null character, no half of a surrogate pair. */
export function text(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine(isStorable, "Contains characters that cannot be stored");
}

/** A whole number in a query. */
export function wholeNumber(least: number, most: number, otherwise: number) {
  const message = `Expected \`int\` from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message)
    .default(otherwise)
    .openapi({ type: "integer", minimum: least, maximum: most, default: otherwise });
}

const TRUTH: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

/** A yes or no in a query. */
export function flag(otherwise: boolean) {
  return z
    .string()
    .toLowerCase()
    .refine((value) => Object.hasOwn(TRUTH, value), "Expected `true` or `false`")
    .transform((value) => TRUTH[value] === true)
    .default(otherwise)
    .openapi({ type: "boolean", default: otherwise });
}

/** Offsets beyond this are refused: Postgres would walk over all those rows. */
const LARGEST_OFFSET = 10_000_000;

export const offset = wholeNumber(0, LARGEST_OFFSET, 0);

/** The query of a route that has no parameters: one that is misspelled is said to be unknown. */
export const noQuery = z.strictObject({});

/** An id in a path. Whatever it is, the route looks for it; what is no UUID is not found. */
export const pathId = z.string().openapi({ format: "uuid" });

/** Postgres knows no year 0. */
const EARLIEST = new Date("0001-01-01T00:00:00Z");

/** A moment, ISO 8601 with its zone. */
export const moment = z.iso
  .datetime({ offset: true, message: "Expected an ISO 8601 moment like `2026-03-01T09:00:00Z`" })
  .transform((value) => new Date(value))
  .refine((value) => value >= EARLIEST, { message: "Expected a year from 1 on" })
  .openapi({ type: "string", format: "date-time" });
