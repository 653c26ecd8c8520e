import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { useDrover } from "../support/drover.ts";

const drover = useDrover({ workers: 2 });

const README = path.resolve(import.meta.dirname, "../../README.md");

test("the README's lines walk the expense approval to completed", async () => {
  const blocks = readFileSync(README, "utf8").matchAll(/```sh\n([\s\S]*?)```/g);
  const walk = [...blocks].map(([, lines = ""]) => lines).find((lines) => lines.includes("$API/"));
  const here = walk?.replace("http://127.0.0.1:3000/workflows", drover().api.url) ?? "";

  const { stdout } = await promisify(execFile)("bash", ["-euc", here]);

  const answers = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(answers).toMatchObject([
    { status: "waiting", current_step: "manager_approval" },
    { status: "running" },
    { status: "completed", context_data: { status: "approved" } },
  ]);
});
