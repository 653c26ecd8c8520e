import { parseMermaid } from "@drover/engine/testing/mermaid";
import { expect, test } from "vitest";
import * as examples from "./index.ts";

const definitions = Object.values(examples).map((definition) => ({
  name: `${definition.name} ${definition.version}`,
  definition,
}));

test.each(definitions)("given $name, when validated, then nothing is wrong", ({ definition }) => {
  expect(definition.validate()).toEqual([]);
});

test("given all examples, when listed, then no version of a workflow is there twice", () => {
  const names = definitions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(definitions)("given $name, then it cannot end where nobody said so", ({ definition }) => {
  expect(definition.warnings()).toEqual([]);
});

test.each(definitions)("given $name, then Mermaid can draw it", async ({ definition }) => {
  expect(await parseMermaid(definition.toMermaid())).toMatch(/^flowchart/);
});
