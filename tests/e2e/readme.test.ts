import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Json } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

const drover = useDrover({ workers: 2 });

const PROJECT = path.resolve(import.meta.dirname, "../..");

/** The blocks of shell lines in a document, for the Drover under test. */
function shellBlocks(document: string): string[] {
  const text = readFileSync(path.join(PROJECT, document), "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = ""]) =>
    lines.replace("http://127.0.0.1:3000/workflows", drover().api.url),
  );
}

/** What the lines print: one JSON text each. */
async function run(lines: string): Promise<Json[]> {
  const { stdout } = await promisify(execFile)("bash", ["-euc", lines]);
  return stdout
    .trim()
    .split("\n")
    .map((line): Json => JSON.parse(line));
}

test("the README's lines walk the expense approval to completed", async () => {
  const walk = shellBlocks("README.md").find((lines) => lines.includes("$API/")) ?? "";
  expect(await run(walk)).toMatchObject([
    { status: "waiting", current_step: "manager_approval" },
    { status: "running" },
    { status: "completed", context_data: { status: "approved" } },
  ]);
});

test("the lines of the examples' README start every example", async () => {
  const started = await run(shellBlocks("examples/README.md").join("\n"));
  const { body } = await drover().api.request<readonly { name: string }[]>("GET", "/definitions");
  expect(Object.fromEntries(started.map((one) => [one["definition_name"], one["status"]]))).toEqual(
    Object.fromEntries(body.map(({ name }) => [name, "running"])),
  );
});
