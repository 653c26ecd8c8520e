import { errorText } from "../errors.ts";
import type { StepError } from "../state/events.ts";

/** Longer texts help nobody and fill the tables. Characters. */
const LONGEST_MESSAGE = 8_192;
const LONGEST_STACK = 16_384;

/** Whatever was thrown, as it is kept: class, message, stack and cause. */
export function describeError(error: unknown): StepError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: storable(errorText(error)), stack: null, cause: null };
  }
  const { cause } = error;
  return {
    type: storable(error.name, 255),
    message: storable(errorText(error)),
    stack: error.stack === undefined ? null : storable(error.stack, LONGEST_STACK),
    cause: cause === undefined ? null : storable(errorText(cause)),
  };
}

/** Errors quote whatever they met; Postgres takes neither null characters nor half characters. */
function storable(text: string, longest = LONGEST_MESSAGE): string {
  return text
    .slice(0, longest)
    .replaceAll("\u0000", "\ufffd")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
