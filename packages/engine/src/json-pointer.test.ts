import { expect, test } from "vitest";
import type { JsonValue } from "./json.ts";
import { valueAtPointer } from "./json-pointer.ts";

const root: JsonValue = { a: [{ "b/c~d": 1 }, null], "": 2, "ü x": 3, "%": 4 };

test.each<[string, JsonValue | undefined]>([
  ["#", root],
  ["#/a/0/b~1c~0d", 1],
  ["#/a/1", null],
  ["#/", 2],
  ["#/%C3%BC%20x", 3],
  ["#/%", 4],
  ["#/a/2", undefined],
  ["#/a/0/none/further", undefined],
  ["#/constructor", undefined],
  ["#name", undefined],
  ["/a", undefined],
  ["", undefined],
])("given %s, then it is what stands there", (fragment, expected) => {
  expect(valueAtPointer(root, fragment)).toEqual(expected);
});
