import { expect, test } from "vitest";
import { HELD_WORK, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

/** Seconds. */
const LOST_AFTER = 3;

const drover = useDrover({
  workers: 0,
  workflows: [HELD_WORK, testWorkflows("faulty-work")],
  lostAfterSeconds: LOST_AFTER,
});

test.each([
  ["rejected", "unhandledRejection", "a promise was left behind"],
  ["thrown", "uncaughtException", "a callback has thrown"],
])(
  "given a step that leaves something behind that is %s, then its worker ends with the reason and the work moves on",
  async (fault, origin, reason) => {
    const { api, rows } = drover();
    using journal = new Journal();
    const ending = await drover().addWorker();
    const input = { directory: journal.directory };
    const { id: faulty } = await api.start("faulty_work", { ...input, fault });
    const { id: neighbour } = await api.start("held_work", input);
    await eventually("both are at work", () =>
      [faulty, neighbour].every((id) =>
        journal.entriesOf(id, "started").some(({ step }) => /leave_behind|hold/.test(step)),
      ),
    );
    const taking = await drover().addWorker();

    // The one that waits beside it must not end first.
    const began = performance.now();
    journal.openGate();
    expect(await ending.exited).toEqual({ code: 1, signal: null });
    const lines = ending.lines.filter((line) => line.includes(reason));
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0]?.replace(/^\[[^\]]*\] /, "") ?? "");
    expect(line).toMatchObject({ level: 60, origin, err: { message: reason } });

    for (const id of [faulty, neighbour]) await api.untilStatus(id, "completed", 60_000);
    const seconds = (performance.now() - began) / 1_000;
    process.stdout.write(
      `uncaught error: all work ended elsewhere after ${seconds.toFixed(1)} s\n`,
    );
    const [step] = await rows.executions(faulty);
    expect(step).toMatchObject({ status: "succeeded", attempt: 2 });
    const pids = journal.entriesOf(faulty, "started").map(({ pid }) => pid);
    expect(pids).toEqual([ending.pid, taking.pid]);
    expect(taking.isRunning).toBe(true);
    await taking.kill();
  },
  240_000,
);
