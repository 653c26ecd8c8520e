import type { JsonObject, JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { checkCount, textArgument } from "./callable.ts";
import { equals } from "./comparison.ts";
import { Fault } from "./expression-error.ts";
import { countIn, find, hasAffix, join, replace, split, trim, type Side } from "./text.ts";
import { isDict, keysOf, ownMember, typeName } from "./values.ts";

interface Method<Self> {
  readonly least: number;
  readonly most: number;
  readonly call: (self: Self, args: readonly JsonValue[], budget: Budget) => JsonValue;
}

const DICT_METHODS: ReadonlyMap<string, Method<JsonObject>> = new Map<string, Method<JsonObject>>([
  [
    "get",
    {
      least: 1,
      most: 2,
      call: (dict, [key = null, fallback = null]) => {
        const member = ownMember(dict, key);
        // A member that is None is there; only without one is it the fallback's turn.
        return member === undefined ? fallback : member;
      },
    },
  ],
  ["keys", { least: 0, most: 0, call: (dict, _args, budget) => keysOf(dict, budget) }],
  ["values", { least: 0, most: 0, call: (dict, _args, budget) => members(dict, budget) }],
  ["items", { least: 0, most: 0, call: (dict, _args, budget) => entries(dict, budget) }],
]);

const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["upper", { least: 0, most: 0, call: (text, _args, budget) => upper(text, budget) }],
  ["lower", { least: 0, most: 0, call: (text, _args, budget) => lower(text, budget) }],
  ["strip", trimming("strip", "both")],
  ["lstrip", trimming("lstrip", "left")],
  ["rstrip", trimming("rstrip", "right")],
  ["startswith", affixTest("startswith")],
  ["endswith", affixTest("endswith")],
  [
    "split",
    { least: 0, most: 1, call: (text, [separator = null], b) => split(text, separator, b) },
  ],
  ["join", { least: 1, most: 1, call: (text, [items = null], b) => join(text, items, b) }],
  [
    "replace",
    {
      least: 2,
      most: 2,
      call: (text, [old = null, replacement = null], budget) =>
        replace(text, textArgument("replace", old), textArgument("replace", replacement), budget),
    },
  ],
  [
    "count",
    {
      least: 1,
      most: 1,
      call: (text, [item = null], budget) => countIn(text, textArgument("count", item), budget),
    },
  ],
  [
    "find",
    {
      least: 1,
      most: 1,
      call: (text, [item = null], budget) => find(text, textArgument("find", item), budget),
    },
  ],
]);

const LIST_METHODS: ReadonlyMap<string, Method<JsonValue[]>> = new Map([
  ["count", { least: 1, most: 1, call: (list, [item = null], b) => countItem(list, item, b) }],
  ["index", { least: 1, most: 1, call: (list, [item = null], b) => indexOf(list, item, b) }],
] satisfies [string, Method<JsonValue[]>][]);

/** Whether any type of value has a method of this name. */
export function isMethodName(name: string): boolean {
  return DICT_METHODS.has(name) || TEXT_METHODS.has(name) || LIST_METHODS.has(name);
}

/**
 * `self.name(args…)`.
 * @throws Fault when the value has no such method, for a wrong number or type of arguments, and
 *   for results that would be too large
 */
export function callMethod(
  self: JsonValue,
  name: string,
  args: readonly JsonValue[],
  budget: Budget,
): JsonValue {
  const call = boundMethod(self, name, args.length);
  if (call !== null) return call(args, budget);
  throw new Fault(`AttributeError: '${typeName(self)}' object has no method '${name}'`);
}

type BoundMethod = (args: readonly JsonValue[], budget: Budget) => JsonValue;

function boundMethod(self: JsonValue, name: string, count: number): BoundMethod | null {
  if (isDict(self)) return bind(DICT_METHODS.get(name), self, name, count);
  if (typeof self === "string") return bind(TEXT_METHODS.get(name), self, name, count);
  return Array.isArray(self) ? bind(LIST_METHODS.get(name), self, name, count) : null;
}

function bind<Self>(
  method: Method<Self> | undefined,
  self: Self,
  name: string,
  count: number,
): BoundMethod | null {
  if (method === undefined) return null;
  checkCount(method, name, count);
  return (args, budget) => method.call(self, args, budget);
}

function trimming(name: string, side: Side): Method<string> {
  return {
    least: 0,
    most: 1,
    call: (text, [removed = null], budget) =>
      removed === null
        ? trim(text, budget, side)
        : trim(text, budget, side, textArgument(name, removed)),
  };
}

function affixTest(name: "startswith" | "endswith"): Method<string> {
  return {
    least: 1,
    most: 1,
    call: (text, [affix = null], budget) => hasAffix(name, text, affix, budget),
  };
}

function upper(text: string, budget: Budget): string {
  budget.allocate(text.length);
  return text.toUpperCase();
}

function lower(text: string, budget: Budget): string {
  budget.allocate(text.length);
  return text.toLowerCase();
}

function members(dict: JsonObject, budget: Budget): JsonValue[] {
  return keysOf(dict, budget).map((key) => dict[key] ?? null);
}

function entries(dict: JsonObject, budget: Budget): JsonValue[] {
  return keysOf(dict, budget).map((key) => [key, dict[key] ?? null]);
}

function countItem(list: readonly JsonValue[], item: JsonValue, budget: Budget): number {
  budget.work(list.length);
  return list.filter((member) => equals(member, item, budget)).length;
}

function indexOf(list: readonly JsonValue[], item: JsonValue, budget: Budget): number {
  budget.work(list.length);
  const index = list.findIndex((member) => equals(member, item, budget));
  if (index < 0) throw new Fault("ValueError: value is not in list");
  return index;
}
