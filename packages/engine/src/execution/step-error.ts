import { errorText } from "../errors.ts";
import type { StepError } from "../state/events.ts";

/** Longer texts help nobody and fill the tables. Characters. */
const LONGEST_MESSAGE = 8_192;
const LONGEST_STACK = 16_384;
const LONGEST_TYPE = 255;

/** Whatever was thrown, as it is kept: class, message, stack and cause. Never throws itself. */
export function describeError(error: unknown): StepError {
  try {
    if (!(error instanceof Error)) {
      return { type: typeof error, message: storable(error), stack: null, cause: null };
    }
    // Errors of some libraries have members of other types than their class says.
    const { name, stack, cause }: { name: unknown; stack?: unknown; cause?: unknown } = error;
    return {
      type: storable(name, LONGEST_TYPE),
      message: storable(error),
      stack: typeof stack === "string" ? storable(stack, LONGEST_STACK) : null,
      cause: cause === undefined ? null : storable(cause),
    };
  } catch {
    // A getter that throws, a proxy: there is nothing to be had of it.
    return { type: "unknown", message: "an error that cannot be read", stack: null, cause: null };
  }
}

/** An error that was kept, for those who throw and catch: as `describeError` tells it. */
export function keptError({ type, message, stack, cause }: StepError): Error {
  const error = new Error(message, cause === null ? undefined : { cause });
  error.name = type;
  if (stack !== null) error.stack = stack;
  return error;
}

/** Errors quote whatever they met; Postgres takes neither null characters nor half characters. */
function storable(thing: unknown, longest = LONGEST_MESSAGE): string {
  const text = typeof thing === "string" ? thing : errorText(thing);
  return text
    .slice(0, longest)
    .replaceAll("\u0000", "\ufffd")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
