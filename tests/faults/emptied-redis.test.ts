import { expect, test } from "vitest";
import { EXAMPLES, HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnRedis } from "../support/own-redis.ts";

const redis = useOwnRedis();
const drover = useDrover(() => ({
  queue: { redisUrl: redis().url },
  workflows: [EXAMPLES, HELD_WORK],
  concurrency: 2,
}));

test("given work and timers in Redis, when it is emptied, then all completes and nothing runs twice [scenario G8]", async () => {
  const { api, rows } = drover();
  using journal = new Journal();
  const timers = await api.startMany(
    "reminder",
    Array.from({ length: 10 }, (_, index) => ({ delay_seconds: 3 + index / 10 })),
  );
  for (const { id } of timers) await api.untilStatus(id, "waiting");
  // Two workers with two steps each: four that do not end, and the rest has to wait in Redis.
  const input = { directory: journal.directory };
  const held = await api.startMany(
    "held_work",
    Array.from({ length: 4 }, () => input),
  );
  await eventually("no worker has a hand free", () => {
    const atWork = journal.entries.filter(
      ({ step, event }) => step === "hold" && event === "started",
    );
    return atWork.length === 4;
  });
  const waiting = await api.startMany(
    "forked_work",
    Array.from({ length: 40 }, () => input),
  );
  await eventually("Redis holds work and timers", async () => {
    const { waiting: jobs = 0, active = 0, delayed = 0 } = await api.queueCounts();
    // Forty in eights; those without a place have one of these jobs each at hand.
    return jobs + active >= 5 && delayed >= 10;
  });

  await redis().empty();
  journal.openGate();
  const stepsEnded = () => journal.entries.filter(({ event }) => event === "ended").length;
  await eventually("work goes on", () => stepsEnded() > 40);
  // Once more, in the middle of the forks and joins.
  await redis().empty();

  for (const { id } of [...timers, ...held, ...waiting]) await api.untilStatus(id, "completed");
  // A timer that fires wakes its step once; one that was taken ahead has ended without.
  const again = (await rows.executions()).filter(
    ({ stepType, attempt }) => attempt > (stepType === "timer" ? 2 : 1),
  );
  expect(again).toEqual([]);
  for (const { id } of waiting) {
    const ended = journal.entriesOf(id, "ended").map(({ step }) => step);
    expect(ended.toSorted()).toEqual(["gather", "left", "right", "split"]);
  }
});
