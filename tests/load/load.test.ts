import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const MAIN = path.resolve(import.meta.dirname, "../../apps/load/src/main.ts");
const KEY = "a-key-for-the-load-test";

const drover = useDrover({ settings: { API_KEYS: KEY } });
const folder = mkdtempSync(path.join(tmpdir(), "drover-load-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Command {
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** The exit code, once it has ended. */
  readonly ended: Promise<unknown>;
}

/** The command as `npm run load` runs it; the channel tells it when this test is gone. */
function load(args: readonly string[], apiKey = KEY): Command {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, DROVER_API_KEY: apiKey };
  const child = fork(MAIN, ["--url", drover().api.url, ...args], {
    env,
    silent: true,
    execArgv: [],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  onTestFinished(() => {
    if (child.connected) child.disconnect();
  });
  const ended = once(child, "close").then(([code]: unknown[]) => code);
  return { child, printed: () => printed, ended };
}

/** Approvals with a tag, their figures in a file of that name. @param more arguments, none with blanks */
function approvals(tag: string, more: string): Command & { readonly file: string } {
  const file = path.join(folder, `${tag}.json`);
  const what = ["--workflow", "expense_approval", "--tag", tag, "--json", file, "--seed", "1"];
  return { ...load([...what, ...more.split(" ")]), file };
}

/** What is looked at here of the figures that `--json` writes. */
interface Figures {
  readonly interrupted: boolean;
  readonly instances: Readonly<Record<string, number>>;
  readonly completionLatency: { readonly count: number; readonly p95: number } | null;
  readonly taskLatency: { readonly count: number } | null;
  readonly steps: readonly { readonly step: string; readonly count: number }[];
  readonly errors: readonly unknown[];
  readonly workers: { readonly needed: number | null; readonly present: number } | null;
  readonly notes: readonly string[];
}

function figuresIn(file: string): Figures {
  return JSON.parse(readFileSync(file, "utf8"));
}

test("given approvals and people who answer, then the figures are those of the rows in Postgres", async () => {
  const html = path.join(folder, "report.html");
  const run = approvals(
    "answered",
    `--rate 10 --duration 3s --profile ramp --arrivals even --complete-tasks --html ${html}`,
  );
  expect(await run.ended, run.printed()).toBe(0);
  const figures = figuresIn(run.file);
  expect(await drover().rows.instanceCounts("answered")).toEqual({ completed: 15 });
  expect(figures.instances).toMatchObject({ scheduled: 15, started: 15, completed: 15, failed: 0 });
  expect(figures.completionLatency?.count).toBe(15);
  expect(figures.taskLatency?.count).toBe(15);
  expect(figures.steps).toMatchObject([
    { step: "submit_request", count: 15 },
    { step: "manager_approval", count: 15 },
    { step: "process_result", count: 15 },
  ]);
  expect(figures.errors).toEqual([]);
  expect(figures.workers?.present).toBe(2);
  expect(run.printed()).toContain(`written: ${run.file}, ${html}`);
  expect(readFileSync(html, "utf8")).toContain("Load on expense_approval 1.0.0");

  const again = load(["--clean-up", "--tag", "answered"]);
  expect(await again.ended, again.printed()).toBe(0);
  expect(again.printed()).toContain("cleaned up answered: 0 canceled, 15 deleted");
  expect(await drover().rows.instanceCounts("answered")).toEqual({});
});

test("given nobody who answers, then it says what waits; and cleaning up leaves other tags alone", async () => {
  const kept = approvals("kept", "--rate 2 --duration 1s --arrivals even");
  const waiting = approvals("waiting", "--rate 5 --duration 1s --arrivals even --clean-up");
  expect(await Promise.all([kept.ended, waiting.ended])).toEqual([0, 0]);
  const figures = figuresIn(waiting.file);
  expect(figures.instances).toMatchObject({ started: 5, completed: 0, waiting: 5 });
  expect(figures.completionLatency).toBeNull();
  expect(figures.notes).toEqual([expect.stringContaining("5 of 5 instances wait for people")]);
  expect(waiting.printed()).toContain("cleaned up waiting: 5 canceled, 5 deleted");
  expect(await drover().rows.instanceCounts("waiting")).toEqual({});
  expect(await drover().rows.instanceCounts("kept")).toEqual({ waiting: 2 });

  const again = approvals("kept", "--rate 2 --duration 1s");
  expect(await again.ended).toBe(2);
  expect(again.printed()).toContain('--tag: 2 instances have the tag "kept" already');
  expect(await drover().rows.instanceCounts("kept")).toEqual({ waiting: 2 });
});

test("given a load under way, when somebody presses Ctrl-C, then it tells what was measured", async () => {
  const run = approvals("stopped", "--rate 20 --duration 10m --complete-tasks");
  const counts = () => drover().rows.instanceCounts("stopped");
  await eventually("some are completed", async () => ((await counts())["completed"] ?? 0) > 3);
  run.child.kill("SIGINT");
  expect(await run.ended, run.printed()).toBe(130);
  const { interrupted, instances, completionLatency, notes } = figuresIn(run.file);
  const rows = Object.values(await counts()).reduce((sum, count) => sum + count, 0);
  expect(interrupted).toBe(true);
  expect(instances["started"]).toBe(rows);
  expect(instances["sent"]).toBe(rows);
  expect(instances["scheduled"]).toBeGreaterThan(10_000);
  expect(completionLatency?.count).toBeGreaterThan(3);
  expect(notes[0]).toMatch(/interrupted after \d+ of 1\d,\d{3} starts/);
});

test("given instances that fail, then the errors say why and the figures how many", async () => {
  const run = approvals("failing", `--rate 5 --duration 1s --arrivals even --input {"amount":-1}`);
  expect(await run.ended, run.printed()).toBe(0);
  const { instances, errors } = figuresIn(run.file);
  expect(await drover().rows.instanceCounts("failing")).toEqual({ failed: 5 });
  expect(instances).toMatchObject({ started: 5, failed: 5 });
  expect(errors).toMatchObject([
    { during: "instance", kind: expect.stringContaining("Amount must be positive"), count: 5 },
  ]);
});

test.each([
  {
    given: "a workflow that is not there",
    args: ["--workflow", "expense"],
    says: 'no active workflow "expense"; there are approval_chain, ',
    code: 2,
  },
  {
    given: "a version that is not there",
    args: ["--workflow", "expense_approval", "--version", "9.9.9"],
    says: 'no active workflow "expense_approval" in version 9.9.9',
    code: 2,
  },
  {
    given: "a wrong flag",
    args: ["--workflow", "expense_approval", "--rate", "fast"],
    says: '--rate is "fast"',
    code: 2,
  },
  {
    given: "an address where nobody answers",
    args: ["--workflow", "expense_approval", "--url", "http://127.0.0.1:9"],
    says: "http://127.0.0.1:9/workflows cannot be reached: ECONNREFUSED",
    code: 1,
  },
])("given $given, then it says so and starts nothing", async ({ args, says, code }) => {
  const run = load([...args, "--tag", "nothing"]);
  expect(await run.ended).toBe(code);
  expect(run.printed()).toContain(says);
  expect(await drover().rows.instanceCounts("nothing")).toEqual({});
});

test("given a key that is unknown, then it says so and starts nothing", async () => {
  const run = load(["--workflow", "expense_approval", "--tag", "nobody"], "another-key-than-that");
  expect(await run.ended).toBe(1);
  expect(run.printed()).toContain("401 UNAUTHORIZED");
  expect(run.printed()).not.toContain("another-key");
  expect(await drover().rows.instanceCounts("nobody")).toEqual({});
});
