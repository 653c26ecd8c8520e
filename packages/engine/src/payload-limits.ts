import { PayloadTooLargeError } from "./errors.ts";
import type { JsonValue } from "./json.ts";
import { jsonSize } from "./json-size.ts";

/*
 * How large what is kept may be, in characters of JSON (see `jsonSize`). Every limit keeps a statement
 * far below what Postgres can take (255 MB for one JSON value), with room for three bytes to a
 * character and for what is written together.
 */

const MEGA = 1024 * 1024;

/** What those who run workers may set. */
export interface PayloadLimits {
  /** What a step returns. What a group comes to has the limit of its members together. */
  readonly result: number;
  /** The context of an instance. */
  readonly context: number;
}

export const DEFAULT_LIMITS: PayloadLimits = { result: MEGA, context: 4 * MEGA };

/** One thing that comes from outside: an input, a form, a signal, a callback, a patch. */
export const LARGEST_PAYLOAD = 4 * MEGA;

/** Given at the start and read by every step. */
export const LARGEST_METADATA = MEGA / 4;

/** What a try says for the next one; told with the worker's heartbeat, every second. */
export const LARGEST_HEARTBEAT_DETAILS = MEGA / 16;

/** The items of one map together. */
export const LARGEST_ITEMS = 16 * MEGA;

/** What the members of one group have come to, together: it is read at once when the group goes on. */
export const LARGEST_GROUP_RESULTS = 32 * MEGA;

/** The results that a step sees of those before it, together: every claim reads them. */
export const LARGEST_HISTORY = 64 * MEGA;

/**
 * @param where how the message names the value, e.g. `form data`
 * @param most characters of JSON
 * @throws PayloadTooLargeError
 */
export function demandSize<T extends JsonValue>(value: T, where: string, most: number): T {
  if (jsonSize(value, most) > most) throw new PayloadTooLargeError(where, most);
  return value;
}
