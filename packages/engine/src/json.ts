import { NotJsonError } from "./errors.ts";

export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Deeper values are refused: nobody means them, and recursion has to end somewhere. */
const MAX_DEPTH = 200;

/**
 * Copies a value as JSON, so that what is stored is what was meant.
 *
 * Takes anything; `undefined` members of objects are left out and `toJSON` (a Date, say) is
 * honoured, as JSON.stringify does. Unlike it, what JSON cannot say is refused, not bent.
 *
 * @param where how messages name the value, e.g. `result of step 'pay'`
 * @throws NotJsonError naming the place inside the value: NaN, functions, Maps, cycles, and
 *   strings that Postgres cannot hold (a null character, half a surrogate pair)
 */
export function toJson(value: unknown, where: string): JsonValue {
  return copy(value, where, 0);
}

/** As `toJson`, for values that must be an object (input, form data, metadata). */
export function toJsonObject(value: unknown, where: string): JsonObject {
  const json = toJson(value, where);
  if (!isJsonObject(json)) throw new NotJsonError(where, "must be an object");
  return json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Freezes a JSON value and all that lies in it; returns the same value. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** Objects laid over each other, key by key: the later wins. A key may be called `__proto__`. */
export function layered(layers: readonly (JsonObject | null)[]): JsonObject {
  const result: JsonObject = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer ?? {})) setOwn(result, key, value);
  }
  return result;
}

/** Sets an own property, also where the name is `__proto__`. */
export function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function copy(value: unknown, where: string, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new NotJsonError(where, "is nested too deeply or contains itself");
  switch (typeof value) {
    case "string":
      return checkedText(value, where);
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new NotJsonError(where, `is ${value}`);
      return value;
    case "object":
      return value === null ? null : copyObject(value, where, depth);
    case "undefined":
      throw new NotJsonError(where, "is undefined");
    case "bigint":
    case "function":
    case "symbol":
      throw new NotJsonError(where, `is a ${typeof value}`);
  }
}

function copyObject(value: object, where: string, depth: number): JsonValue {
  if (Array.isArray(value)) {
    return value.map((item, index) => copy(item ?? null, `${where}[${index}]`, depth + 1));
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return copy(value.toJSON(), where, depth + 1);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJsonError(where, `is a ${value.constructor?.name ?? "special object"}`);
  }
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    checkedText(key, `${where}: a key`);
    if (member !== undefined) setOwn(result, key, copy(member, `${where}.${key}`, depth + 1));
  }
  return result;
}

/** Postgres' jsonb takes neither U+0000 nor half of a surrogate pair. */
function checkedText(text: string, where: string): string {
  if (text.includes("\u0000")) throw new NotJsonError(where, "contains a null character");
  if (!isWellFormed(text)) throw new NotJsonError(where, "contains half of a surrogate pair");
  return text;
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
