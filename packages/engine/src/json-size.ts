import type { JsonValue } from "./json.ts";

/**
 * Roughly the characters that a value takes as JSON text: escapes are not counted, nor that UTF-8
 * takes up to three bytes for a character. Costs one look at each value, however long its texts.
 * @param most stops counting once there are more; the answer is then just some number above it
 */
export function jsonSize(value: JsonValue, most = Number.MAX_SAFE_INTEGER): number {
  return most - roomAfter(value, most);
}

/** @returns what is left of the room; below zero where it was not enough */
function roomAfter(value: JsonValue, room: number): number {
  if (typeof value === "string") return room - value.length - 2;
  if (typeof value === "number") return room - String(value).length;
  if (typeof value === "boolean" || value === null) return room - 4;
  let left = room - 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = roomAfter(item, left - 1);
      if (left < 0) return left;
    }
    return left;
  }
  for (const key of Object.keys(value)) {
    left = roomAfter(value[key] ?? null, left - key.length - 4);
    if (left < 0) return left;
  }
  return left;
}
