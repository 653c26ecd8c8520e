import { isJsonObject, type JsonObject, type JsonValue } from "@drover/engine";
import { z } from "@hono/zod-openapi";

/** A JSON object with any members. Bodies are checked to be storable before schemas see them. */
export const jsonObject = z
  .custom<JsonObject>(isJsonObject, "Expected `object`")
  .openapi({ type: "object", additionalProperties: true });

/** Any JSON value. */
export const jsonValue = z
  .custom<JsonValue>((value) => value !== undefined, "Expected a JSON value")
  .openapi({ type: ["object", "array", "string", "number", "boolean", "null"] });

/** A moment, ISO 8601 in UTC. */
export const moment = z.string().openapi({ format: "date-time" });
