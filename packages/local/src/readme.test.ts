import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const EXAMPLE = path.join(import.meta.dirname, "readme-example.ts");
const README = path.join(import.meta.dirname, "../README.md");

test("the README's script is the one that runs beside this", () => {
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
  expect(example).toBe(readFileSync(EXAMPLE, "utf8"));
});

test("the README's script waits for its workflow and then ends by itself", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE], { timeout: 20_000 });
  expect(stdout).toBe("Oslo: 4 degrees\n");
});
