import type { JsonObject, JsonValue } from "@drover/engine";
import { describe, expect, test } from "vitest";
import { checkFormSchema } from "./check-form-schema.ts";

const nested = (levels: number): JsonObject => {
  let schema: JsonObject = { type: "string" };
  for (let level = 1; level < levels; level += 1) schema = { not: schema };
  return schema;
};

describe("a schema that is right", () => {
  const cases: [string, JsonObject][] = [
    ["is empty", {}],
    ["names its draft", { $schema: "https://json-schema.org/draft/2020-12/schema" }],
    ["refers to its own parts", { $ref: "#/$defs/name", $defs: { name: { type: "string" } } }],
    ["has a field called pattern", { properties: { pattern: { type: "string" }, $ref: {} } }],
    ["has a default that looks like a keyword", { default: { pattern: "(a+)+", $ref: "x" } }],
    ["has keywords and formats of user interfaces", { widget: "big", format: "textarea" }],
    ["has unique names", { uniqueItems: true, items: { type: "string" } }],
    ["has a few unique things", { uniqueItems: true, maxItems: 1_000 }],
    ["is a tree", { properties: { child: { $ref: "#" } } }],
    ["is a tree with a choice", { anyOf: [{ type: "null" }, { items: { $ref: "#" } }] }],
    [
      "refers twice to the same",
      { allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }], $defs: { a: {} } },
    ],
    ["repeats a repetition, which takes no time here", { pattern: "^(a+)+$" }],
    ["has harmless patterns", { pattern: "^[A-Z]{2}\\d{6}$", patternProperties: { "^x-": {} } }],
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word
    ["has conditions", { if: { required: ["a"] }, then: { required: ["b"] } }],
    ["is as deep as it may be", nested(32)],
  ];
  test.each(cases)("%s", (_, schema) => {
    expect(checkFormSchema(schema)).toEqual([]);
  });
});

describe("a schema that is refused", () => {
  const cases: [string, JsonObject, RegExp][] = [
    ["is too large", { description: "x".repeat(65_536) }, /has 65\d+ bytes; 65536 are the most/],
    ["is too deep", nested(33), /more than 32 levels/],
    [
      "is of another draft",
      { $schema: "http://json-schema.org/draft-07/schema#" },
      /draft 2020-12/,
    ],
    ["refers elsewhere", { $ref: "https://example.com/a.json" }, /refers to 'https:\/\/example/],
    ["refers to a file", { items: { $ref: "other.json#/a" } }, /refers to 'other.json/],
    ["refers to nothing", { $ref: "#/$defs/none" }, /cannot be read/],
    ["looks ahead", { pattern: "^(?=a)b" }, /pattern '\^\(\?=a\)b', which cannot be used/],
    ["looks back in names", { patternProperties: { "(x)\\1": {} } }, /cannot be used/],
    ["hides one behind a $ref", { parts: { a: { pattern: "(?!a)" } } }, /cannot be used/],
    ["has a broken pattern", { pattern: "(" }, /pattern '\(', which cannot be used/],
    ["is asynchronous", { properties: { a: { $async: true } } }, /'\$async'/],
    ["leads to itself", { $ref: "#" }, /leads to itself by '#'/],
    ["leads to itself in a list", { allOf: [{ $ref: "#" }] }, /leads to itself/],
    ["leads to itself by name", { $dynamicRef: "#x", $dynamicAnchor: "x" }, /leads to itself/],
    ["does on a condition", { if: { required: ["k"] }, else: { $ref: "#" } }, /leads to itself/],
    [
      "leads to itself further down",
      { properties: { "a/b": { allOf: [{ $ref: "#/properties/a~1b" }] } } },
      /leads to itself by '#\/properties\/a~1b'/,
    ],
    [
      "leads to itself where it has another name",
      { allOf: [{ $id: "https://example.com/a", $ref: "#" }] },
      /cannot be read: Maximum call stack/,
    ],
    ["refers back by name", { pattern: "(?<n>a)\\k<n>" }, /back-references/],
    ["compares each with each", { type: "array", uniqueItems: true }, /'uniqueItems'/],
    ["has a type that is none", { type: "text" }, /cannot be read/],
    ["has properties that are none", { properties: ["a"] }, /cannot be read/],
  ];
  test.each(cases)("%s", (_, schema, message) => {
    expect(checkFormSchema(schema).join("\n")).toMatch(message);
  });
});

test("every fault is named once", () => {
  const bad: JsonValue = { pattern: "(?=a)", $ref: "elsewhere" };
  expect(checkFormSchema({ properties: { a: bad, b: bad } })).toHaveLength(2);
});

test("the place of a fault is named, and what the schema is of", () => {
  const schema: JsonObject = {
    properties: { "a/b": { anyOf: [{ type: "null" }, { type: "string", pattern: "(?=a)" }] } },
  };
  expect(checkFormSchema(schema, "Form of step 'ask'")).toEqual([
    expect.stringMatching(
      /^Form of step 'ask' has the pattern '\(\?=a\)', .*\(\/properties\/a~1b\/anyOf\/1\)$/,
    ),
  ]);
});
