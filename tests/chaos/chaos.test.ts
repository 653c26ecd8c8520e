import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { forkCommand, type ForkedCommand } from "@drover/local-servers";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { KINDS } from "./disturbances/kinds.ts";

const MAIN = path.join(import.meta.dirname, "main.ts");

/** Milliseconds: 40 s of chaos, starting and stopping, and a slow day. */
const PATIENCE = 300_000;

/** The command as `npm run test:chaos` runs it; it ends with this test. */
function chaos(args: readonly string[]): ForkedCommand {
  const command = forkCommand(MAIN, args);
  onTestFinished(command.letGo);
  return command;
}

test(
  "given 40 s of faults of every kind under load, then nothing is lost and nothing counts twice",
  { timeout: PATIENCE },
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "drover-chaos-"));
    const file = path.join(folder, "figures.json");
    const { printed, exitCode } = chaos([
      "--minutes",
      "0.67",
      "--instances",
      "120",
      "--json",
      file,
    ]);
    const code = await exitCode();
    process.stdout.write(printed());
    expect(code).toBe(0);
    const figures: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"));
    await rm(folder, { recursive: true });
    expect(figures).toMatchObject({
      lost: 0,
      stuck: 0,
      "effects that counted twice": 0,
      "unhandled errors": 0,
      wrong: 0,
    });
    expect(figures["instances started"]).toBeGreaterThanOrEqual(120);
    expect(figures["recoveries"]).toEqual(
      KINDS.map((kind) => expect.objectContaining({ kind, times: expect.any(Number) })),
    );
    expect(figures["faults"]).toBeGreaterThanOrEqual(KINDS.length);
  },
);

test(
  "given a run under way, when somebody presses Ctrl-C, then it ends and stops what it started",
  { timeout: PATIENCE },
  async () => {
    const { child, printed, exitCode } = chaos([
      "--minutes",
      "5",
      "--instances",
      "50",
      "--seed",
      "1",
    ]);
    await eventually("it is under way", () => / started, /.test(printed()), 120_000);
    child.kill("SIGINT");
    expect(await exitCode()).toBe(130);
    expect(printed()).not.toContain("Error");
  },
);

test("given a wrong flag, then it says what is wrong and where to find what there is", async () => {
  const { printed, exitCode } = chaos(["--minutes", "x"]);
  expect(await exitCode()).toBe(2);
  expect(printed()).toContain('--minutes is "x": expected a number from 0.1 to 600');
  expect(printed()).toContain("--help tells what there is");
});
