import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "./json.ts";
import { jsonSize } from "./json-size.ts";

describe("jsonSize", () => {
  test.each<[JsonValue, number]>([
    ["abc", 5],
    [-1.5, 4],
    [null, 4],
    [[], 2],
    [{}, 2],
    [[1, 22], 7],
    [{ ab: 1, c: "x" }, 17],
  ])("of %j is about the length of its text", (value, size) => {
    expect(jsonSize(value)).toBe(size);
  });

  test("is never far from the text, whatever the value", () => {
    // JSON without characters that are escaped: they count as one.
    const text = fc.string({ unit: fc.constantFrom("a", "ü", "字") });
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        text,
        fc.integer(),
        fc.constantFrom(true, null),
        fc.array(tie("value")),
        fc.dictionary(text, tie("value")),
      ),
    })).value;
    fc.assert(
      fc.property(value, (json) => {
        const { length } = JSON.stringify(json);
        const containers = JSON.stringify(json).split(/[[{]/).length;
        expect(jsonSize(json)).toBeGreaterThanOrEqual(length);
        expect(jsonSize(json)).toBeLessThanOrEqual(length + containers);
      }),
    );
  });

  test("stops counting where there is more than was asked for", () => {
    let looks = 0;
    const watched = new Proxy(
      Array.from({ length: 1_000 }, () => "text"),
      {
        get: (target, key, receiver) => {
          if (typeof key === "string" && /^\d+$/.test(key)) looks += 1;
          return Reflect.get(target, key, receiver);
        },
      },
    );
    expect(jsonSize(watched, 30)).toBeGreaterThan(30);
    expect(looks).toBeLessThan(10);
  });
});
