import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { InputSchema } from "./input-schema.ts";
import { MachineStep } from "./machine-step.ts";
import { WorkflowDefinition } from "./workflow-definition.ts";

const definitionWith = (input?: InputSchema) =>
  new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: [new MachineStep({ name: "only", execute: () => null })],
    edges: [],
    initialStep: "only",
    ...(input === undefined ? {} : { input }),
  });

const $schema = "https://json-schema.org/draft/2020-12/schema";
const amount: JsonObject = {
  type: "object",
  properties: { amount: { type: "number", exclusiveMinimum: 0 } },
  required: ["amount"],
};
const inValibot = v.object({ amount: v.pipe(v.number(), v.gtValue(0)) });

test("given no input schema, then the structure has none", () => {
  const definition = definitionWith();
  expect(definition.validate()).toEqual([]);
  expect(definition.input).toEqual({ jsonSchema: null, problem: null });
  expect(definition.structure).not.toHaveProperty("inputSchema");
});

test.each<[string, InputSchema, JsonObject]>([
  ["a JSON Schema", amount, amount],
  ["zod", z.object({ amount: z.number().positive() }), { $schema, ...amount }],
  ["arktype", type({ amount: "number > 0" }), { $schema, ...amount }],
  ["valibot with its converter", toStandardJsonSchema(inValibot), { $schema, ...amount }],
  ["a JSON Schema beside", { standard: inValibot, jsonSchema: amount }, amount],
  [
    "a JSON Schema beside one that can",
    { standard: z.looseObject({}), jsonSchema: amount },
    amount,
  ],
])("given %s, then the structure has its JSON Schema", (_, input, expected) => {
  const definition = definitionWith(input);
  expect(definition.validate()).toEqual([]);
  expect(definition.structure.inputSchema).toEqual(expected);
});

test("given a default, then what may be left out is not required", () => {
  const { structure } = definitionWith(z.object({ note: z.string().default("none") }));
  expect(structure.inputSchema).not.toHaveProperty("required");
});

test("given a JSON Schema that changes later, then the structure does not", () => {
  const schema = { ...amount };
  const { structure } = definitionWith(schema);
  schema["type"] = "string";
  expect(structure.inputSchema).toEqual(amount);
});

describe("what takes objects alone is right", () => {
  const a = z.object({ kind: z.literal("a") });
  const b = z.object({ kind: z.literal("b") });
  test.each<[string, InputSchema]>([
    ["a choice", z.discriminatedUnion("kind", [a, b])],
    ["a union", type({ a: "string" }).or({ b: "number" })],
    ["a record", z.record(z.string(), z.number())],
    ["one with a name", z.object({ a: z.string() }).meta({ id: "Named" })],
    ["parts, one of them an object", { allOf: [{ required: ["a"] }, { type: "object" }] }],
    ["a reference to a part", { $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "object" } } }],
  ])("%s", (_, input) => {
    expect(definitionWith(input).validate()).toEqual([]);
  });
});

test("given parts that are referred to twice each, level by level, then it takes no time", () => {
  const levels = Array.from({ length: 40 }, (_, level) => {
    const $ref = `#/$defs/l${level + 1}`;
    return [`l${level}`, { anyOf: [{ $ref }, { $ref }] }] as const;
  });
  const $defs = Object.fromEntries([...levels, ["l40", { type: "object" }]]);
  expect(definitionWith({ $ref: "#/$defs/l0", $defs }).validate()).toEqual([]);
});

describe("what is refused, in words", () => {
  const notOfObjects = /^Input schema must be of type "object"/;
  test.each<[string, unknown, RegExp]>([
    [
      "valibot without its converter",
      inValibot,
      /^Input schema of valibot does not say its JSON Schema: .*`toStandardJsonSchema`.*`input: \{ standard: schema, jsonSchema/,
    ],
    [
      "what JSON cannot say",
      z.object({ day: z.date() }),
      /^Input schema of zod cannot be said as JSON Schema: Date cannot be represented in JSON Schema; give/,
    ],
    ["a text", z.string(), notOfObjects],
    ["an object or nothing", z.object({}).nullable(), notOfObjects],
    ["a choice of which one is no object", z.union([z.object({}), z.number()]), notOfObjects],
    ["a choice of none", { anyOf: [] }, notOfObjects],
    ["no type at all", { properties: { amount: {} } }, notOfObjects],
    ["types, not a type", { type: ["object", "null"] }, notOfObjects],
    ["a reference to nothing", { $ref: "#/$defs/none" }, notOfObjects],
    ["a reference to what is inherited", { $ref: "#/constructor" }, notOfObjects],
    ["a reference elsewhere", { $ref: "https://example.com/a.json" }, notOfObjects],
    ["a schema that leads to itself", { $ref: "#" }, notOfObjects],
    ["a JSON Schema beside that is none", { standard: inValibot, jsonSchema: [] }, /an object/],
    [
      "what is no JSON",
      { type: "object", maxProperties: Number.NaN },
      /^Input schema.maxProperties cannot .*NaN$/,
    ],
    ["nothing", null, /^Input schema cannot .* must be an object$/],
    ["a function", () => true, /is a function/],
  ])("%s", (_, input, message) => {
    // What a program without types may give.
    const definition = definitionWith(input as InputSchema);
    const [problem, ...more] = definition.validate();
    expect(problem).toMatch(message);
    expect(more).toEqual([]);
    expect(definition.structure).not.toHaveProperty("inputSchema");
  });
});
