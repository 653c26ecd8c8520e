import type { JsonValue } from "../json.ts";
import { calculate } from "./arithmetic.ts";
import type { Budget } from "./budget.ts";
import { wholeArgument, type Callable } from "./callable.ts";
import { order } from "./comparison.ts";
import { Fault } from "./expression-error.ts";
import { formatNumber, parseDecimal, parseWhole, roundTo } from "./numbers.ts";
import { trim } from "./text.ts";
import { charactersOf, elementsOf, isDict, isNumeric, isTruthy, typeName } from "./values.ts";

/** The functions that expressions may call, by name. */
export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["len", { least: 1, most: 1, call: ([value = null], budget) => lengthOf(value, budget) }],
  ["bool", { least: 0, most: 1, call: ([value = null], budget) => isTruthy(value, budget) }],
  ["int", { least: 0, most: 1, call: ([value = 0], budget) => toWhole(value, budget) }],
  ["float", { least: 0, most: 1, call: ([value = 0], budget) => toDecimal(value, budget) }],
  ["str", { least: 0, most: 1, call: ([value = ""]) => toText(value) }],
  ["abs", { least: 1, most: 1, call: ([value = null]) => Math.abs(numberFor("abs", value)) }],
  ["round", { least: 1, most: 2, call: ([value = null, places = null]) => round(value, places) }],
  ["min", { least: 1, most: Infinity, call: (args, budget) => extreme("min", args, budget) }],
  ["max", { least: 1, most: Infinity, call: (args, budget) => extreme("max", args, budget) }],
  ["sum", { least: 1, most: 2, call: ([items = null, start = 0], b) => sum(items, start, b) }],
  ["sorted", { least: 1, most: 1, call: ([items = null], budget) => sorted(items, budget) }],
  ["list", { least: 0, most: 1, call: ([items = []], budget) => listOf(items, budget) }],
  ["any", { least: 1, most: 1, call: ([items = null], b) => isAnyTrue(elementsOf(items, b), b) }],
  ["all", { least: 1, most: 1, call: ([items = null], b) => areAllTrue(elementsOf(items, b), b) }],
]);

/** Functions and methods that may be given a generator expression. */
export const GENERATOR_CONSUMERS: ReadonlySet<string> = new Set([
  "any",
  "all",
  "sum",
  "min",
  "max",
  "sorted",
  "list",
  "join",
]);

/** Asks for no more items once one is true. */
export function isAnyTrue(items: Iterable<JsonValue>, budget: Budget): boolean {
  for (const item of items) {
    budget.work(1);
    if (isTruthy(item, budget)) return true;
  }
  return false;
}

/** Asks for no more items once one is false. */
export function areAllTrue(items: Iterable<JsonValue>, budget: Budget): boolean {
  for (const item of items) {
    budget.work(1);
    if (!isTruthy(item, budget)) return false;
  }
  return true;
}

function lengthOf(value: JsonValue, budget: Budget): number {
  if (typeof value === "string") return charactersOf(value, budget).length;
  if (Array.isArray(value) || isDict(value)) return elementsOf(value, budget).length;
  throw new Fault(`TypeError: object of type '${typeName(value)}' has no len()`);
}

function toWhole(value: JsonValue, budget: Budget): number {
  return typeof value === "string"
    ? parseWhole(trim(value, budget))
    : Math.trunc(numberFor("int", value)) + 0;
}

function toDecimal(value: JsonValue, budget: Budget): number {
  return typeof value === "string" ? parseDecimal(trim(value, budget)) : numberFor("float", value);
}

function toText(value: JsonValue): string {
  if (value === null) return "None";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return formatNumber(value);
  // Python's way of writing them is for people who debug, not for conditions.
  throw new Fault(`TypeError: str() takes no '${typeName(value)}'`);
}

function round(value: JsonValue, places: JsonValue): number {
  const number = numberFor("round", value);
  return roundTo(number, places === null ? 0 : wholeArgument("round", places));
}

function extreme(name: "min" | "max", args: readonly JsonValue[], budget: Budget): JsonValue {
  const items = args.length === 1 ? elementsOf(args[0] ?? null, budget) : args;
  const operator = name === "min" ? "<" : ">";
  const sign = name === "min" ? -1 : 1;
  let best: JsonValue | undefined;
  for (const item of items) {
    budget.work(1);
    if (best === undefined || order(operator, item, best, budget) * sign > 0) best = item;
  }
  if (best === undefined) throw new Fault(`ValueError: ${name}() arg is an empty sequence`);
  return best;
}

function sum(items: JsonValue, start: JsonValue, budget: Budget): JsonValue {
  if (typeof start === "string") throw new Fault("TypeError: sum() can't sum strings");
  let total: JsonValue = start;
  for (const item of elementsOf(items, budget)) {
    budget.work(1);
    total = calculate("+", total, item, budget);
  }
  return total;
}

function sorted(items: JsonValue, budget: Budget): JsonValue {
  const elements = elementsOf(items, budget);
  budget.allocate(elements.length);
  budget.work(elements.length * Math.log2(elements.length + 1));
  return elements.toSorted((left, right) => order("<", left, right, budget));
}

function listOf(items: JsonValue, budget: Budget): JsonValue {
  const elements = elementsOf(items, budget);
  budget.allocate(elements.length);
  return [...elements];
}

function numberFor(name: string, value: JsonValue): number {
  if (isNumeric(value)) return Number(value);
  throw new Fault(`TypeError: ${name}() takes a number, not '${typeName(value)}'`);
}
