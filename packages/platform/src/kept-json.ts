import {
  demandSize,
  LARGEST_PAYLOAD,
  toJson,
  toJsonObject,
  type JsonObject,
  type JsonValue,
} from "@drover/engine";

/*
 * What programs give to an engine, copied as JSON and no larger than what is kept of it.
 */

/**
 * @param what how errors name it
 * @param most characters of JSON
 * @throws NotJsonError, PayloadTooLargeError
 */
export function keptObject(given: unknown, what: string, most = LARGEST_PAYLOAD): JsonObject {
  return demandSize(toJsonObject(given, what), what, most);
}

/** As `keptObject`, of any value. */
export function keptValue(given: unknown, what: string): JsonValue {
  return demandSize(toJson(given, what), what, LARGEST_PAYLOAD);
}
