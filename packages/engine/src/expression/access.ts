import type { JsonValue } from "../json.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./expression-error.ts";
import { charactersOf, isDict, isIntegral, ownMember, typeName } from "./values.ts";

/** `target[key]`. @throws Fault when there is no such member, or the target has none */
export function itemOf(target: JsonValue, key: JsonValue, budget: Budget): JsonValue {
  if (isDict(target)) {
    const member = ownMember(target, key);
    if (member === undefined) throw new Fault(`KeyError: ${JSON.stringify(key)}`);
    return member;
  }
  if (!isSequence(target)) {
    throw new Fault(`TypeError: '${typeName(target)}' object is not subscriptable`);
  }
  const index = wholeNumber(key, `${typeName(target)} indices`);
  const members = typeof target === "string" ? charactersOf(target, budget) : target;
  const member = members.at(index);
  if (member === undefined) throw new Fault(`IndexError: ${typeName(target)} index out of range`);
  return member;
}

/** `target.name`: a dict's member, as conditions call `context.amount` what Python indexes. */
export function attributeOf(target: JsonValue, name: string): JsonValue {
  if (!isDict(target)) {
    throw new Fault(`AttributeError: '${typeName(target)}' object has no attribute '${name}'`);
  }
  const member = ownMember(target, name);
  if (member === undefined) throw new Fault(`KeyError: '${name}'`);
  return member;
}

interface SliceBounds {
  readonly start: JsonValue;
  readonly stop: JsonValue;
  readonly step: JsonValue;
}

/** `target[start:stop:step]`; None stands for a bound left out. */
export function sliceOf(target: JsonValue, bounds: SliceBounds, budget: Budget): JsonValue {
  if (Array.isArray(target)) return pick(target, bounds, budget);
  if (typeof target === "string") {
    return pick(charactersOf(target, budget), bounds, budget).join("");
  }
  throw new Fault(`TypeError: '${typeName(target)}' object cannot be sliced`);
}

function pick<Member>(members: readonly Member[], bounds: SliceBounds, budget: Budget): Member[] {
  const step = bound(bounds.step, 1);
  if (step === 0) throw new Fault("ValueError: slice step cannot be zero");
  const isForward = step > 0;
  const first = isForward ? 0 : members.length - 1;
  const last = isForward ? members.length : -1;
  const start = clamp(bound(bounds.start, first), bounds.start, members.length, isForward);
  const stop = clamp(bound(bounds.stop, last), bounds.stop, members.length, isForward);
  budget.allocate(Math.max(0, Math.ceil((stop - start) / step)));
  const picked: Member[] = [];
  for (let index = start; isForward ? index < stop : index > stop; index += step) {
    const member = members[index];
    if (member !== undefined) picked.push(member);
  }
  return picked;
}

function bound(value: JsonValue, fallback: number): number {
  return value === null ? fallback : wholeNumber(value, "slice indices");
}

/** Counts a negative bound from the end and moves one outside to the nearest edge. */
function clamp(index: number, given: JsonValue, length: number, isForward: boolean): number {
  if (given === null) return index;
  const fromStart = index < 0 ? index + length : index;
  const lowest = isForward ? 0 : -1;
  return Math.min(Math.max(fromStart, lowest), isForward ? length : length - 1);
}

function isSequence(value: JsonValue): value is string | JsonValue[] {
  return typeof value === "string" || Array.isArray(value);
}

function wholeNumber(value: JsonValue, what: string): number {
  if (!isIntegral(value)) {
    throw new Fault(`TypeError: ${what} must be integers, not ${typeName(value)}`);
  }
  return Number(value);
}
