import type { JsonObject } from "@drover/engine";
import { describe, expect, test } from "vitest";
import { FormValidator } from "./form-validator.ts";

const approval: JsonObject = {
  type: "object",
  properties: {
    approved: { type: "boolean" },
    comments: { type: "string", minLength: 3 },
    level: { enum: ["low", "high"] },
    email: { type: "string", format: "email" },
    due: { type: "string", format: "date" },
    lines: { type: "array", items: { type: "object", required: ["sku"] } },
  },
  required: ["approved"],
  additionalProperties: false,
  if: { properties: { approved: { const: false } }, required: ["approved"] },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word
  then: { required: ["comments"] },
};

const validator = new FormValidator();

test("right data has no faults", () => {
  const data = { approved: true, email: "a@example.com", due: "2026-02-28", lines: [{ sku: 1 }] };
  expect(validator.validate(approval, data)).toEqual([]);
});

describe("faults carry the path of the field", () => {
  const cases: [string, JsonObject, string, RegExp][] = [
    ["missing", {}, "/approved", /^is required$/],
    ["missing because of another", { approved: false }, "/comments", /^is required$/],
    ["missing in a list", { approved: true, lines: [{ sku: 1 }, {}] }, "/lines/1/sku", /required/],
    ["of another type", { approved: "true" }, "/approved", /must be boolean/],
    ["too short", { approved: true, comments: "x" }, "/comments", /fewer than 3/],
    ["not in the list", { approved: true, level: "mid" }, "/level", /one of \["low","high"\]/],
    ["no address", { approved: true, email: "nobody" }, "/email", /format "email"/],
    ["no such day", { approved: true, due: "2026-02-30" }, "/due", /format "date"/],
    ["not asked for", { approved: true, "a/b~c": 1 }, "/a~1b~0c", /^is not a known field$/],
  ];
  test.each(cases)("%s", (_, data, path, message) => {
    expect(validator.validate(approval, data)).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });
});

test("every wrong field is listed", () => {
  const problems = validator.validate(approval, { approved: "no", comments: 5, level: 7 });
  expect(problems.map((problem) => problem.path)).toEqual(["/approved", "/comments", "/level"]);
});

test("the list of faults is bounded, whatever is sent", () => {
  const schema: JsonObject = { properties: { list: { type: "array", items: { type: "string" } } } };
  expect(validator.validate(schema, { list: Array(5_000).fill(1) })).toHaveLength(100);
  expect(validator.validate(schema, { list: Array(200_000).fill(1) })).toHaveLength(1);
});

test("data is left as it is", () => {
  const schema: JsonObject = {
    properties: { n: { type: "number", default: 5 }, m: { default: 1 } },
  };
  const data = Object.freeze({ n: "5" });
  expect(validator.validate(schema, data)).toHaveLength(1);
  expect(data).toEqual({ n: "5" });
});

test("names of Object.prototype are no fields that everybody has", () => {
  const schema: JsonObject = { required: ["constructor", "toString"] };
  expect(validator.validate(schema, {})).toHaveLength(2);
  const own: JsonObject = JSON.parse('{"__proto__": {"approved": true}}');
  expect(validator.validate(approval, own).map((problem) => problem.path)).toEqual([
    "/approved",
    "/__proto__",
  ]);
});

test.each(["^(a|a)*$", "^([a-z]|[a-z0-9])*$", "^(\\w|\\d)+$", "^\\s*\\s*\\s*$", "^(a+)+$"])(
  "the time of the pattern %s grows with the text and no faster",
  (pattern) => {
    const schema: JsonObject = { properties: { text: { type: "string", pattern } } };
    // A million characters: an engine that tries all ways would not come back.
    for (const letter of ["a", "1", " "]) {
      const text = `${letter.repeat(1_000_000)}!`;
      expect(validator.validate(schema, { text })).toMatchObject([{ path: "/text" }]);
    }
  },
);

test("schemas with the same $id do not meet", () => {
  const $id = "https://example.com/form";
  expect(validator.validate({ $id, type: "object" }, {})).toEqual([]);
  expect(validator.validate({ $id, type: "array" }, {})).toHaveLength(1);
});

test("many schemas come and go, and each is still judged by its own rules", () => {
  const few = new FormValidator({ mostCompiled: 2 });
  for (const round of [1, 2]) {
    for (let field = 0; field < 5; field += 1) {
      const [problem] = few.validate({ required: [`f${field}`] }, { round });
      expect(problem?.path).toBe(`/f${field}`);
    }
  }
});

describe("a schema that cannot be used is a fault of the form, and no exception", () => {
  const cases: [string, JsonObject, RegExp][] = [
    ["leads to itself", { $ref: "#" }, /^cannot be checked: Maximum call stack/],
    ["leads to itself in a list", { allOf: [{ $ref: "#" }] }, /^cannot be checked: Maximum/],
    ["leads to itself by name", { $dynamicRef: "#x", $dynamicAnchor: "x" }, /^cannot be checked/],
    [
      "leads to itself further down",
      { properties: { name: { allOf: [{ $ref: "#/properties/name" }] } } },
      /^cannot be checked/,
    ],
    ["is asynchronous", { $async: true, required: ["other"] }, /^cannot be checked: '\$async'/],
    ["looks ahead", { properties: { name: { pattern: "(?=a)" } } }, /^cannot be checked/],
  ];
  test.each(cases)("%s", (_, schema, message) => {
    expect(validator.validate(schema, { name: "a" })).toEqual([
      { path: "", message: expect.stringMatching(message) },
    ]);
  });
});

test("data deeper than the process can follow is a fault as well", () => {
  const tree: JsonObject = { properties: { child: { $ref: "#" } } };
  let data: JsonObject = {};
  for (let level = 0; level < 100_000; level += 1) data = { child: data };
  expect(validator.validate(tree, data)).toMatchObject([{ path: "" }]);
});

test("an endless url takes no time, and one of the usual length is read", () => {
  const schema: JsonObject = { properties: { link: { format: "url" } } };
  expect(validator.validate(schema, { link: "https://example.com/a?b=c" })).toEqual([]);
  expect(validator.validate(schema, { link: "no url" })).toMatchObject([{ path: "/link" }]);
  const started = performance.now();
  const link = `http://${"1:".repeat(50_000)}!\u0001`;
  expect(validator.validate(schema, { link })).toMatchObject([{ path: "/link" }]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
