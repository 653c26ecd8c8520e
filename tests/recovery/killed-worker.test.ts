import { afterEach, expect, test } from "vitest";
import { HELD_WORK, useDrover, type WorkerSettings } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { type Entry, Journal } from "../support/journal.ts";
import { note, seconds } from "./figures.ts";

const drover = useDrover({ workers: 0, concurrency: 4, workflows: [HELD_WORK] });

afterEach(async () => {
  await Promise.all(drover().workers.map((worker) => worker.kill()));
});

const isHeld = ({ step, event }: Entry) => step === "hold" && event === "started";

/** @returns milliseconds from the kill until the last of its steps runs elsewhere */
async function untilTakenOver(settings: WorkerSettings, journal: Journal): Promise<number> {
  const { api } = drover();
  const victim = await drover().addWorker(settings);
  const input = { directory: journal.directory };
  const held = await api.startMany("held_work", [input, input, input, input]);
  await eventually("it is in the middle of four steps", () => {
    return (
      journal.entries.filter((entry) => isHeld(entry) && entry.pid === victim.pid).length === 4
    );
  });
  const survivor = await drover().addWorker(settings);

  const killedAt = performance.now();
  await victim.kill();
  await eventually(
    "the other one runs them",
    () =>
      journal.entries.filter((entry) => isHeld(entry) && entry.pid === survivor.pid).length === 4,
    60_000,
  );
  const took = performance.now() - killedAt;
  const again = journal.entries.filter((entry) => isHeld(entry) && entry.pid === survivor.pid);
  expect(again.map(({ attempt }) => attempt)).toEqual([2, 2, 2, 2]);
  // Or the next test's workers would take them up.
  await Promise.all(held.map(({ id }) => api.cancel(id, "it has been seen")));
  return took;
}

test("given a worker that is killed in mid-step, then its steps run elsewhere within ten seconds", async () => {
  using journal = new Journal();
  const took = await untilTakenOver({ lostAfterSeconds: "default" }, journal);
  note({
    fault: "worker killed in mid-step",
    promise: "its steps run elsewhere within 10 s",
    measured: seconds(took),
  });
  // Nobody is taken for dead before five seconds of silence; more than thirty is no slow day.
  expect(took).toBeGreaterThan(4_000);
  expect(took).toBeLessThan(30_000);
}, 150_000);

test("given a shorter silence after which a worker counts as dead, then they run the sooner", async () => {
  using journal = new Journal();
  const took = await untilTakenOver({ lostAfterSeconds: 2 }, journal);
  note({
    fault: "worker killed in mid-step, LOST_AFTER_SECONDS=2",
    promise: "sooner than by default",
    measured: seconds(took),
  });
  expect(took).toBeGreaterThan(1_000);
  expect(took).toBeLessThan(30_000);
}, 150_000);
