import type { JsonObject, JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import { ELEMENTS_PER_MEMBER, MAX_VALUE_DEPTH } from "./limits.ts";

type TypeName = "NoneType" | "bool" | "int" | "float" | "str" | "list" | "dict";

/**
 * The name Python has for a value's type. JSON does not tell 5 from 5.0: whole numbers are int,
 * as far as a double tells each from the next.
 */
export function typeName(value: JsonValue): TypeName {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "int" : "float";
  return Array.isArray(value) ? "list" : "dict";
}

export function isDict(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether Python counts with it: numbers, and True and False as 1 and 0. */
export function isNumeric(value: JsonValue): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** Whether Python takes it where it wants an int. */
export function isIntegral(value: JsonValue): value is number | boolean {
  return typeof value === "boolean" || Number.isSafeInteger(value);
}

/** Python's truth: nothing, zero and what is empty are false. */
export function isTruthy(value: JsonValue, budget: Budget): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isDict(value) ? keysOf(value, budget).length > 0 : Boolean(value);
}

export function keysOf(dict: JsonObject, budget: Budget): string[] {
  const keys = Object.keys(dict);
  budget.work(keys.length * ELEMENTS_PER_MEMBER);
  return keys;
}

/** A text's characters as Python counts them: code points, not halves of them. */
export function charactersOf(text: string, budget: Budget): string[] {
  budget.work(text.length);
  return Array.from(text);
}

/** What a `for` goes over. @throws Fault for what has no elements */
export function elementsOf(value: JsonValue, budget: Budget): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return charactersOf(value, budget);
  if (isDict(value)) return keysOf(value, budget);
  throw new Fault(`TypeError: '${typeName(value)}' object is not iterable`);
}

/** A dict's own member, or undefined; what objects inherit is never reached. */
export function ownMember(dict: JsonObject, key: JsonValue): JsonValue | undefined {
  if (Array.isArray(key) || isDict(key)) {
    throw new Fault(`TypeError: unhashable type: '${typeName(key)}'`);
  }
  if (typeof key !== "string" || !Object.hasOwn(dict, key)) return undefined;
  return dict[key] ?? null;
}

/** A copy that shares nothing with the value, as results must not lead into the data. */
export function copyValue(value: JsonValue, budget: Budget, depth = 0): JsonValue {
  checkDepth(depth);
  if (typeof value === "string") budget.work(value.length);
  if (Array.isArray(value)) {
    budget.work(value.length * ELEMENTS_PER_MEMBER);
    return value.map((item) => copyValue(item, budget, depth + 1));
  }
  if (!isDict(value)) return value;
  return Object.fromEntries(
    keysOf(value, budget).map((key) => [key, copyValue(value[key] ?? null, budget, depth + 1)]),
  );
}

/** @throws Fault where walking further down a value would exhaust the stack */
export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw new Fault("Data is nested too deeply");
}
