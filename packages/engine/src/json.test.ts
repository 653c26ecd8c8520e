import { describe, expect, test } from "vitest";
import { NotJsonError } from "./errors.ts";
import { layered, toJson, toJsonObject } from "./json.ts";

describe("toJson", () => {
  test.each([
    ["a date becomes its text", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["undefined members are left out", { a: undefined, b: 1 }, { b: 1 }],
    ["holes in lists become null", [1, undefined], [1, null]],
    ["whole pairs of surrogates stay", "🙂", "🙂"],
    ["null stays", null, null],
  ])("%s", (_, value, expected) => {
    expect(toJson(value, "value")).toEqual(expected);
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each([
    [
      "a null character",
      { a: ["x\u0000"] },
      "value.a[0] cannot be stored as JSON: it contains a null",
    ],
    ["a null character in a key", { "a\u0000": 1 }, "value: a key cannot be stored"],
    ["half a surrogate pair", "\ud800", "contains half of a surrogate pair"],
    ["the other half", "x\udc00", "contains half of a surrogate pair"],
    ["NaN", { n: Number.NaN }, "value.n cannot be stored as JSON: it is NaN"],
    ["a function", { f: () => 1 }, "it is a function"],
    ["a bigint", 1n, "it is a bigint"],
    ["a Map", { m: new Map() }, "value.m cannot be stored as JSON: it is a Map"],
    ["undefined", undefined, "it is undefined"],
    ["a cycle", cycle, "nested too deeply or contains itself"],
  ])("refuses %s and says where", (_, value, message) => {
    expect(() => toJson(value, "value")).toThrow(NotJsonError);
    expect(() => toJson(value, "value")).toThrow(message);
  });

  test("copies: what changes later does not count", () => {
    const list = [1];
    const copy = toJson({ list }, "value");
    list.push(2);
    expect(copy).toEqual({ list: [1] });
  });

  test("keeps a key called __proto__ as a key", () => {
    const copy = toJsonObject(JSON.parse('{"__proto__": {"admin": true}}'), "value");
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect("admin" in copy).toBe(false);
  });

  test("layers keep such a key, and the later wins", () => {
    const top = JSON.parse('{"__proto__": {"admin": true}, "a": 2}');
    const both = layered([{ a: 1, b: 1 }, null, top]);
    expect(Object.keys(both)).toEqual(["a", "b", "__proto__"]);
    expect(both["a"]).toBe(2);
    expect("admin" in both).toBe(false);
  });

  test("an object is asked for where one is needed", () => {
    expect(() => toJsonObject([1], "input_data")).toThrow("input_data cannot be stored as JSON");
  });
});
