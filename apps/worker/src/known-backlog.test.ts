import { expect, test } from "vitest";
import { KnownBacklog } from "./known-backlog.ts";

/** A queue with so many jobs, and what has been asked of it. */
function asked(jobs: number | null) {
  const at = { now: 0, asked: 0, jobs };
  const backlog = new KnownBacklog({
    monotonic: () => at.now,
    queue: {
      backlog: async () => {
        at.asked += 1;
        return at.jobs;
      },
    },
  });
  return { at, backlog };
}

test.each([
  [3, true],
  [0, false],
  [null, true],
])("given %s jobs in the queue, then it says whether there are any", async (jobs, isAny) => {
  const { backlog } = asked(jobs);
  expect(await backlog.isAny()).toBe(isAny);
});

test("when many ask in the same moment, then the queue is asked once, and again a while later", async () => {
  const { at, backlog } = asked(1);
  const answers = await Promise.all([backlog.isAny(), backlog.isAny()]);
  at.jobs = 0;
  at.now = 99;
  expect([...answers, await backlog.isAny()]).toEqual([true, true, true]);
  expect(at.asked).toBe(1);
  at.now = 100;
  expect(await backlog.isAny()).toBe(false);
  expect(at.asked).toBe(2);
});
