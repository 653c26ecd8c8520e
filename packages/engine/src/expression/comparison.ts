import type { JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import { ELEMENTS_PER_MEMBER } from "./limits.ts";
import type { ComparisonOperator, OrderOperator } from "./syntax.ts";
import { checkDepth, isDict, isNumeric, keysOf, ownMember, typeName } from "./values.ts";

type Comparison = (left: JsonValue, right: JsonValue, budget: Budget) => boolean;

const COMPARISONS: Readonly<Record<ComparisonOperator, Comparison>> = {
  "==": equals,
  "!=": (left, right, budget) => !equals(left, right, budget),
  "<": (left, right, budget) => order("<", left, right, budget) < 0,
  "<=": (left, right, budget) => order("<=", left, right, budget) <= 0,
  ">": (left, right, budget) => order(">", left, right, budget) > 0,
  ">=": (left, right, budget) => order(">=", left, right, budget) >= 0,
  in: (left, right, budget) => contains(right, left, budget),
  "not in": (left, right, budget) => !contains(right, left, budget),
  is: (left, right) => left === right,
  "is not": (left, right) => left !== right,
};

/**
 * Whether the comparison holds.
 * @throws Fault for types that have no order, and for `in` what has no members
 */
export function compare(
  operator: ComparisonOperator,
  left: JsonValue,
  right: JsonValue,
  budget: Budget,
): boolean {
  return COMPARISONS[operator](left, right, budget);
}

/** Equality in depth; True equals 1, and values of other types never equal each other. */
export function equals(left: JsonValue, right: JsonValue, budget: Budget, depth = 0): boolean {
  checkDepth(depth);
  if (isNumeric(left) && isNumeric(right)) return Number(left) === Number(right);
  if (typeof left === "string" && typeof right === "string") {
    budget.work(Math.min(left.length, right.length));
    return left === right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    budget.work(left.length * ELEMENTS_PER_MEMBER);
    return left.every((item, index) => equals(item, right[index] ?? null, budget, depth + 1));
  }
  if (isDict(left) && isDict(right)) {
    const keys = keysOf(left, budget);
    if (keys.length !== keysOf(right, budget).length) return false;
    return keys.every((key) => {
      const other = ownMember(right, key);
      return other !== undefined && equals(left[key] ?? null, other, budget, depth + 1);
    });
  }
  return left === right;
}

/**
 * Negative, zero or positive, as the left comes before, with or after the right.
 * @param operator how the message calls the comparison
 * @throws Fault unless both are numbers, both texts or both lists of such
 */
export function order(
  operator: OrderOperator,
  left: JsonValue,
  right: JsonValue,
  budget: Budget,
  depth = 0,
): number {
  checkDepth(depth);
  if (isNumeric(left) && isNumeric(right)) return Math.sign(Number(left) - Number(right));
  if (typeof left === "string" && typeof right === "string") {
    return textOrder(left, right, budget);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.work(Math.min(left.length, right.length));
    for (const [index, item] of left.entries()) {
      const other = right[index];
      if (other === undefined) break;
      if (!equals(item, other, budget, depth + 1)) {
        return order(operator, item, other, budget, depth + 1);
      }
    }
    return left.length - right.length;
  }
  throw new Fault(
    `TypeError: '${operator}' not supported between instances of ` +
      `'${typeName(left)}' and '${typeName(right)}'`,
  );
}

/** By code points, where JavaScript's `<` goes by halves of them. */
function textOrder(left: string, right: string, budget: Budget): number {
  const shared = Math.min(left.length, right.length);
  budget.work(shared);
  for (let index = 0; index < shared; index += 1) {
    const difference = unitRank(left.charCodeAt(index)) - unitRank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Surrogates stand for code points that come after all others. */
function unitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}

function contains(container: JsonValue, item: JsonValue, budget: Budget): boolean {
  if (Array.isArray(container)) {
    budget.work(container.length);
    return container.some((member) => equals(item, member, budget));
  }
  if (isDict(container)) return ownMember(container, item) !== undefined;
  if (typeof container !== "string") {
    throw new Fault(`TypeError: argument of type '${typeName(container)}' is not iterable`);
  }
  if (typeof item !== "string") {
    throw new Fault(
      `TypeError: 'in <string>' requires string as left operand, not ${typeName(item)}`,
    );
  }
  budget.search(container, item);
  return container.includes(item);
}
