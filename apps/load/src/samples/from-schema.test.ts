import { describe, expect, test } from "vitest";
import type { JsonObject } from "../http/shapes.ts";
import { SampleError, sampleOf } from "./from-schema.ts";

const cases: [what: string, schema: JsonObject, sample: unknown][] = [
  ["nothing at all", {}, {}],
  ["a constant", { const: 5 }, 5],
  ["a choice", { enum: ["b", "a"] }, "b"],
  ["an example", { type: "string", examples: ["x"], minLength: 9 }, "x"],
  ["a default", { type: "integer", default: 3 }, 3],
  ["a yes or no that is no by default", { type: "boolean", default: false }, true],
  ["a text", { type: "string" }, "sample"],
  ["a long text", { type: "string", minLength: 9 }, "sample te"],
  ["a short text", { type: "string", maxLength: 2 }, "sa"],
  ["an address", { type: "string", format: "email" }, "load@example.com"],
  ["a moment", { format: "date-time" }, "2026-01-15T09:30:00Z"],
  ["a pattern", { type: "string", pattern: "^[A-Z]{3}$" }, "EUR"],
  ["a number", { type: "number" }, 100],
  ["a number above", { type: "number", exclusiveMinimum: 100 }, 101],
  ["a small whole number", { type: "integer", minimum: 1, maximum: 5 }, 1],
  ["a number between", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.5],
  ["a multiple", { type: "integer", minimum: 103, multipleOf: 7 }, 105],
  ["nothing or a text", { type: ["null", "string"] }, "sample"],
  ["null", { type: "null" }, null],
  ["a list", { type: "array", items: { type: "boolean" }, minItems: 2 }, [true, true]],
  ["a list of nothing in particular", { type: "array" }, []],
  [
    "what an object requires",
    {
      type: "object",
      properties: { amount: { type: "number" }, note: { type: "string" } },
      required: ["amount", "any"],
    },
    { amount: 100, any: "sample" },
  ],
  [
    "a reference",
    {
      properties: { who: { $ref: "#/$defs/per~1son" } },
      required: ["who"],
      $defs: { "per/son": { type: "string", format: "email" } },
    },
    { who: "load@example.com" },
  ],
  [
    "all of several",
    {
      type: "object",
      properties: { a: { const: 1 } },
      required: ["a"],
      allOf: [{ properties: { b: { const: 2 } }, required: ["b"] }, { required: ["a"] }],
    },
    { a: 1, b: 2 },
  ],
  ["the first of several", { oneOf: [{ const: "one" }, { const: "two" }] }, "one"],
];

describe("a sample", () => {
  test.each(cases)("given %s", (_, schema, sample) => {
    expect(sampleOf(schema)).toEqual(sample);
  });

  test.each([
    ["a pattern that nothing matches", { pattern: "^[A-Z]{40}$" }, /"\/at".*\[A-Z\]\{40\}/],
    ["a reference to elsewhere", { $ref: "https://example.com/a" }, /"\/at".*example/],
    ["a reference to nothing", { $ref: "#/$defs/none" }, /is not in the schema/],
    ["a schema without end", { $ref: "#" }, /without end/],
  ])("given %s, then it says so and where", (_, schema, message) => {
    const whole = { type: "object", properties: { at: schema }, required: ["at"] };
    expect(() => sampleOf(whole)).toThrow(SampleError);
    expect(() => sampleOf(whole)).toThrow(message);
  });
});
