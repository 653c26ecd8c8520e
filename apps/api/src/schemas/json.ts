import {
  isJsonObject,
  type JsonObject,
  jsonSize,
  type JsonValue,
  LARGEST_PAYLOAD,
} from "@drover/engine";
import { z } from "@hono/zod-openapi";

/** A JSON object with any members. Bodies are checked to be storable before schemas see them. */
export const jsonObject = z
  .custom<JsonObject>(isJsonObject, "Expected `object`")
  .openapi({ type: "object", additionalProperties: true });

/** As `jsonObject`, no larger than what is kept of it. @param most characters of JSON */
export function limitedObject(most = LARGEST_PAYLOAD) {
  return jsonObject.refine((value) => jsonSize(value, most) <= most, tooLarge(most));
}

/** Any JSON value. */
export const jsonValue = z
  .custom<JsonValue>((value) => value !== undefined, "Expected a JSON value")
  .openapi({ type: ["object", "array", "string", "number", "boolean", "null"] });

/** As `jsonValue`, no larger than what is kept of it. */
export const limitedValue = jsonValue.refine(
  (value) => jsonSize(value, LARGEST_PAYLOAD) <= LARGEST_PAYLOAD,
  tooLarge(LARGEST_PAYLOAD),
);

function tooLarge(most: number): string {
  return `Expected at most ${most} characters of JSON`;
}

/** A moment, ISO 8601 in UTC. */
export const moment = z.string().openapi({ format: "date-time" });
