import { afterEach, expect, test } from "vitest";
import { history } from "../support/api-shapes.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import type { Program } from "@drover/local-servers";

const drover = useDrover({ workers: 0, workflows: [HELD_WORK] });

afterEach(async () => {
  await Promise.all(drover().workers.map((worker) => worker.kill()));
});

/** An instance whose step is in the middle of its work on a worker of its own. */
async function heldOn(worker: Program, journal: Journal, heedsSignal: boolean): Promise<string> {
  const input = { directory: journal.directory, heeds_signal: heedsSignal };
  const { id } = await drover().api.start("held_work", input);
  await eventually("the step is at work", () =>
    journal.entriesOf(id, "started").some(({ step, pid }) => step === "hold" && pid === worker.pid),
  );
  return id;
}

test("given a running step, when the worker is to stop, then the step ends first", async () => {
  const { api } = drover();
  using journal = new Journal();
  const leaving = await drover().addWorker({ drainSeconds: 20 });
  const id = await heldOn(leaving, journal, true);

  const exit = leaving.terminate();
  await eventually("the worker drains", async () =>
    (await api.queues()).workers.some(({ pid, draining }) => pid === leaving.pid && draining),
  );
  expect(leaving.isRunning).toBe(true);
  const later = await api.start("held_work", { directory: journal.directory });
  journal.openGate();
  expect(await exit).toEqual({ code: 0, signal: null });
  expect((await api.queues()).workers.map(({ pid }) => pid)).not.toContain(leaving.pid);
  // Whoever drains takes nothing new, not even the next step of the branch it was at.
  expect(history(await api.get(id))).toEqual([
    "prepare succeeded",
    "hold succeeded",
    "finish scheduled",
  ]);

  const following = await drover().addWorker();
  for (const instance of [id, later.id]) await api.untilStatus(instance, "completed");
  expect(journal.entriesOf(id, "started")).toMatchObject([
    { step: "prepare", attempt: 1, pid: leaving.pid },
    { step: "hold", attempt: 1, pid: leaving.pid },
    { step: "finish", attempt: 1, pid: following.pid },
  ]);
  expect(journal.entriesOf(later.id, "started").map(({ pid }) => pid)).toEqual(
    Array.from({ length: 3 }, () => following.pid),
  );
});

test.each([
  { kind: "heeds its signal", heedsSignal: true },
  { kind: "does not stop", heedsSignal: false },
])(
  "given a step that $kind and takes too long, when the worker is to stop, then another runs it",
  async ({ heedsSignal }) => {
    const { api } = drover();
    using journal = new Journal();
    const leaving = await drover().addWorker({ drainSeconds: 1 });
    const id = await heldOn(leaving, journal, heedsSignal);
    const taking = await drover().addWorker();

    expect(await leaving.terminate()).toEqual({ code: 0, signal: null });
    const aborted = heedsSignal ? [{ step: "hold", pid: leaving.pid, attempt: 1 }] : [];
    expect(journal.entriesOf(id, "aborted")).toMatchObject(aborted);
    await eventually("the other worker is at it", () =>
      journal.entriesOf(id, "started").some(({ pid }) => pid === taking.pid),
    );
    journal.openGate();

    await api.untilStatus(id, "completed");
    const started = journal.entriesOf(id, "started").filter(({ step }) => step === "hold");
    expect(started).toMatchObject([
      { attempt: 1, pid: leaving.pid },
      { attempt: 2, pid: taking.pid },
    ]);
    expect(new Set(started.map(({ key }) => key)).size).toBe(1);
    const ended = journal.entriesOf(id, "ended").map(({ step }) => step);
    expect(ended).toEqual(["prepare", "hold", "finish"]);
  },
);
