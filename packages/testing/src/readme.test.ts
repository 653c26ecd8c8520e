import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(path.join(import.meta.dirname, file), "utf8");

test("the README's example is the one that runs beside this", () => {
  const [, example] =
    /```ts\n(import \{\n {2}ExclusiveGateway[\s\S]*?)```/.exec(read("../README.md")) ?? [];
  expect(example).toBe(read("readme-example.test.ts"));
});
