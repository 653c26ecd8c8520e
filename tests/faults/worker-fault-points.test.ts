import { connect } from "@drover/distributed";
import { describe, expect, test, type TestContext } from "vitest";
import { Drover, testWorkflows } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { TOO_LONG_TO_TELL } from "../support/queued-start.ts";
import type { Program } from "@drover/local-servers";
import { API_POINTS, WORKER_CRASHES, WORKER_FREEZES, type Crash } from "./fault-point-table.ts";
import { FAULT_POINTS } from "@drover/faults";

/** Seconds. */
const LOST_AFTER = 2;

/** Milliseconds for a fault to happen, and for the work to end after it, on a slow day. */
const PATIENCE = 90_000;
const CASE_PATIENCE = 300_000;

/** A Drover of one case alone, with neither a worker nor an API, and what its steps tell. */
async function ground({ onTestFinished }: TestContext) {
  const drover = await Drover.start({
    workflows: [testWorkflows("pointed-work")],
    apis: 0,
    workers: 0,
    concurrency: 4,
    lostAfterSeconds: LOST_AFTER,
  });
  const connected = connect(drover.connection);
  const journal = new Journal();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`${drover.log}\n`);
    await connected.close();
    await drover.stop();
    journal[Symbol.dispose]();
  });
  return { drover, journal, engine: connected.engine };
}

function untilPrinted(program: Program, text: string): Promise<boolean> {
  const look = () => program.lines.some((line) => line.includes(text));
  return eventually(`${program.name} prints ${text}`, look, PATIENCE);
}

async function untilKilled(program: Program): Promise<void> {
  await eventually(`${program.name} has come to its fault`, () => !program.isRunning, PATIENCE);
  // By itself, as by `kill -9`: nothing in the process could do anything any more.
  expect(await program.exited).toEqual({ code: null, signal: "SIGKILL" });
}

type Ground = Awaited<ReturnType<typeof ground>>;

async function start({ engine, journal }: Ground, { workflow, takes = 5, isQueued }: Crash) {
  const input = { directory: journal.directory, takes, ...(isQueued && TOO_LONG_TO_TELL) };
  return (await engine.start(workflow, input)).id;
}

/** Brings the work to the fault. @returns the instance */
async function comeToFault(on: Ground, crash: Crash): Promise<string> {
  const { drover, journal } = on;
  const { faults, scene } = crash;
  if (scene === "orphan") {
    // Somebody has left work behind; the one who dies has taken it up, or not yet.
    const first = await drover.addWorker({ faults: crash.left ?? "" });
    await untilPrinted(first, "filled a queue that was empty");
    const id = await start(on, crash);
    await untilKilled(first);
    await untilKilled(drover.startWorker({ faults }));
    return id;
  }
  const victim = drover.startWorker({ faults, drainSeconds: 0 });
  if (scene === "idle") {
    await untilKilled(victim);
    await drover.addWorker();
    return start(on, crash);
  }
  await untilPrinted(victim, "filled a queue that was empty");
  const id = await start(on, crash);
  if (scene === "drain") {
    await eventually("the step is in the middle of its work", () => journal.entries.length > 0);
    process.kill(victim.pid, "SIGTERM");
  }
  await untilKilled(victim);
  return id;
}

/** Every attempt did what it did once, and the one that counts has done it. */
function expectEffects(journal: Journal, rows: Awaited<ReturnType<Drover["rows"]["executions"]>>) {
  const { entries } = journal;
  const attempts = entries.map(({ key, attempt, event }) => `${event} ${key} ${attempt}`);
  expect(attempts).toHaveLength(new Set(attempts).size);
  for (const { id, stepType, attempt } of rows) {
    if (stepType === "machine") expect(attempts).toContain(`ended ${id} ${attempt}`);
  }
}

const tally = (names: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe.concurrent("a worker dies", () => {
  test.for(WORKER_CRASHES)(
    "at $faults ($workflow): another ends the work once",
    { timeout: CASE_PATIENCE },
    async (crash, context) => {
      const on = await ground(context);
      const { drover, journal } = on;
      const id = await comeToFault(on, crash);
      if (crash.scene !== "idle") await drover.addWorker();
      await eventually(
        "the work has ended",
        async () => (await drover.rows.status(id)) === "completed",
        PATIENCE,
      );

      const rows = await drover.rows.executions();
      expect(tally(rows.map(({ stepName, status }) => `${stepName} ${status}`))).toEqual(
        tally(crash.steps.map((name) => `${name} succeeded`)),
      );
      expectEffects(journal, rows);
      const again = rows.filter(({ attempt, stepType }) => stepType === "machine" && attempt > 1);
      const { attemptedTwice: twice, doneTwice } = crash;
      if (twice === null) expect(again.length).toBeLessThanOrEqual(1);
      else expect(again.map(({ stepName }) => stepName)).toEqual(twice);
      const ended = journal.entriesOf(id, "ended").map(({ step }) => step);
      const repeated = ended.filter((step, place) => ended.indexOf(step) !== place);
      if (doneTwice !== null) expect(repeated).toEqual(doneTwice);
    },
  );
});

describe.concurrent("a worker is frozen until another has taken over", () => {
  test.for(WORKER_FREEZES)(
    "at $faults: what it does afterwards counts no more",
    { timeout: CASE_PATIENCE },
    async (freeze, context) => {
      const on = await ground(context);
      const { drover, journal } = on;
      const zombie = drover.startWorker({ faults: freeze.faults });
      await untilPrinted(zombie, "filled a queue that was empty");
      const id = await start(on, freeze);
      await untilPrinted(zombie, "a fault is made");
      await drover.addWorker();
      await eventually(
        "the work has ended",
        async () => (await drover.rows.status(id)) === "completed",
        PATIENCE,
      );
      const before = await drover.rows.executions();
      process.kill(zombie.pid, "SIGCONT");
      if (freeze.isFenced) await untilPrinted(zombie, "a stale commit changed nothing");
      // It lives and works on: what comes now may be its own.
      const next = await start(on, { ...freeze, takes: 5 });
      await eventually(
        "the work after it has ended",
        async () => (await drover.rows.status(next)) === "completed",
        PATIENCE,
      );
      expect(zombie.isRunning).toBe(true);

      expect(await drover.rows.executions(id)).toEqual(before);
      expect(tally(before.map(({ stepName, status }) => `${stepName} ${status}`))).toEqual(
        tally(freeze.steps.map((name) => `${name} succeeded`)),
      );
      const again = before.filter(({ attempt }) => attempt > 1).map(({ stepName }) => stepName);
      expect(again).toEqual(freeze.attemptedTwice);
      expectEffects(journal, before);
    },
  );
});

test("the tables name every fault point there is", () => {
  const pointsOf = (faults: string) => faults.split("=")[0] ?? "";
  const named = new Set([...WORKER_CRASHES.map(({ faults }) => pointsOf(faults)), ...API_POINTS]);
  expect(FAULT_POINTS.filter((point) => !named.has(point))).toEqual([]);
});
