import { expect, test } from "vitest";
import { EXAMPLES, HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

const drover = useDrover({
  workflows: [EXAMPLES, HELD_WORK],
  concurrency: 4,
  lostAfterSeconds: 3,
});

const FORKED_STEPS = ["gather", "left", "right", "split"];

/** Resolves when that many steps are in the middle of their work. */
async function untilHeld(journal: Journal, steps: number): Promise<void> {
  await eventually(`${steps} steps are at work`, () => {
    const held = journal.entries.filter(
      ({ step, event }) => step === "hold" && event === "started",
    );
    return held.length >= steps;
  });
}

test("given two workers at work, when one is killed, then the other runs its steps again [scenario G1]", async () => {
  const { api, rows, workers } = drover();
  using journal = new Journal();
  const [victim, survivor] = workers;
  if (victim === undefined || survivor === undefined) throw new Error("two workers were started");
  const inputs = Array.from({ length: 12 }, () => ({ directory: journal.directory }));
  const instances = await api.startMany("held_work", inputs);
  await untilHeld(journal, 8);
  const held = journal.entries.filter(({ step, pid }) => step === "hold" && pid === victim.pid);
  expect(held).toHaveLength(4);

  expect(await victim.kill()).toMatchObject({ signal: "SIGKILL" });
  journal.openGate();

  for (const { id } of instances) await api.untilStatus(id, "completed");
  const interrupted = new Set(held.map(({ instance }) => instance));
  for (const { id } of instances) {
    const started = journal.entriesOf(id, "started").filter(({ step }) => step === "hold");
    expect(started.map(({ attempt }) => attempt)).toEqual(interrupted.has(id) ? [1, 2] : [1]);
    expect(new Set(started.map(({ key }) => key)).size).toBe(1);
    expect(started.at(-1)?.pid).toBe(survivor.pid);
    const ended = journal.entriesOf(id, "ended").map(({ step }) => step);
    expect(ended).toEqual(["prepare", "hold", "finish"]);
    expect(await rows.executions(id)).toMatchObject([
      { stepName: "prepare", status: "succeeded", attempt: 1 },
      { stepName: "hold", status: "succeeded", attempt: interrupted.has(id) ? 2 : 1 },
      { stepName: "finish", status: "succeeded", attempt: 1 },
    ]);
  }
});

test("given work of all kinds, when no worker is left alive and one comes, then it ends all [scenarios G8, G16]", async () => {
  const { api } = drover();
  using journal = new Journal();
  await drover().addWorker();
  const inputs = Array.from({ length: 4 }, () => ({ directory: journal.directory }));
  const held = await api.startMany("held_work", inputs);
  const timers = await api.startMany("reminder", [{ delay_seconds: 1 }, { delay_seconds: 4 }]);
  const { id: approval } = await api.start("expense_approval", { amount: 250 });
  await untilHeld(journal, 4);
  const task = await api.untilTask(approval, "manager_approval");

  await Promise.all(drover().workers.map((worker) => worker.kill()));
  expect((await api.complete(task.id, "bob@example.com", { approved: true })).status).toBe(200);
  journal.openGate();
  await drover().addWorker();

  for (const { id } of [...held, ...timers, { id: approval }]) {
    await api.untilStatus(id, "completed");
  }
});

test("given many small steps, when a worker is killed among them, then each counts once [scenario G1]", async () => {
  const { api, rows } = drover();
  using journal = new Journal();
  const victim = await drover().addWorker();
  const inputs = Array.from({ length: 100 }, () => ({ directory: journal.directory }));
  const instances = await api.startMany("forked_work", inputs);
  await eventually("the worker is among its work", () => {
    const done = journal.entries.filter(
      ({ pid, event }) => pid === victim.pid && event === "ended",
    );
    return done.length > 20;
  });
  await victim.kill();

  for (const { id } of instances) await api.untilStatus(id, "completed");
  for (const { id } of instances) {
    const executions = await rows.executions(id);
    expect(executions.map(({ stepName }) => stepName).toSorted()).toEqual(FORKED_STEPS);
    for (const { stepName, status, attempt } of executions) {
      expect(status).toBe("succeeded");
      const started = journal.entriesOf(id, "started").filter(({ step }) => step === stepName);
      expect(new Set(started.map(({ key }) => key)).size).toBe(1);
      // A try that the kill cut short may have been cut before it wrote anything down.
      expect(started.at(-1)?.attempt).toBe(attempt);
      expect(attempt).toBeLessThanOrEqual(2);
    }
  }
});
