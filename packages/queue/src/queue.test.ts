import { asId, type TimerId } from "@drover/engine";
import { startTestServers } from "@drover/local-servers";
import { v7 } from "uuid";
import { afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import type { QueueOptions } from "./connection.ts";
import { QueueUnavailableError } from "./errors.ts";
import type { StepJob } from "./jobs.ts";
import { StepQueue } from "./step-queue.ts";
import { QueueKeys } from "./testing/emptied-redis.ts";
import { anExecution, PLACES, untilEmpty, useQueue } from "./testing/queue-under-test.ts";

describe.each(PLACES)("the queue on %s", (_, open) => {
  const { queue: theQueue, consume } = useQueue(open);
  let queue: StepQueue;
  beforeEach(() => {
    queue = theQueue();
  });

  test("when steps are handed over again, then each comes up once, with its ids alone", async () => {
    const executions = Array.from({ length: 600 }, anExecution);
    const { seen, until } = consume();
    await queue.enqueueAgain(executions);
    await until(executions.length);
    expect(seen.map(({ job }) => job).toSorted(byExecution)).toEqual(
      executions
        .map((execution): StepJob => ({ kind: "step", ...execution }))
        .toSorted(byExecution),
    );
  });

  test("when many hand over in the same moment, then it goes in one pipeline and each comes up", async () => {
    const addBulk = vi.spyOn(queue.bullQueue, "addBulk");
    const { until } = consume();
    const timer = { timerId: asId<TimerId>(v7()), fireAt: new Date() };
    await Promise.all([
      ...Array.from({ length: 50 }, () => queue.enqueue([anExecution()])),
      queue.enqueueAgain([anExecution()]),
      queue.setTimers([timer]),
    ]);
    await until(Math.ceil(50 / 8) + 2);
    expect(addBulk).toHaveBeenCalledOnce();
  });

  test("when a step is handed over again before it was taken, then it comes up once", async () => {
    const execution = anExecution();
    await queue.enqueue([execution]);
    await queue.enqueueAgain([execution]);
    await queue.enqueueAgain([execution]);
    expect((await queue.counts())["waiting"]).toBe(1);
  });

  test("when a step was taken, then it can be handed over again under the same attempt", async () => {
    const execution = anExecution();
    const { until } = consume();
    await queue.enqueue([execution]);
    await until(1);
    await untilEmpty(queue);
    await queue.enqueue([execution]);
    await until(2);
  });

  test("when a timer is set, then its job comes up when it is due and not before", async () => {
    const { seen, until } = consume();
    const fireAt = new Date(Date.now() + 300);
    const timerId = asId<TimerId>(v7());
    await queue.setTimers([{ timerId, fireAt }]);
    await until(1);
    expect(seen[0]?.job).toEqual({ kind: "timer", timerId });
    expect(seen[0]?.at).toBeGreaterThanOrEqual(fireAt.getTime());
  });

  test("when a worker passes a job on, then it comes up again later", async () => {
    const { seen, until } = consume((_job, times) =>
      times === 1 ? { offerAgainIn: 200 } : "done",
    );
    await queue.enqueue([anExecution()]);
    await until(2);
    const [first, second] = seen;
    expect(second?.job).toEqual(first?.job);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(200);
  });

  test("when the consumer is paused, then it takes nothing more", async () => {
    const { seen, until, consumer } = consume();
    await queue.enqueue([anExecution()]);
    await until(1);
    await untilEmpty(queue);
    await consumer.pause();
    await queue.enqueue([anExecution()]);
    await expect
      .poll(async () => {
        const { waiting = 0, delayed = 0, active = 0 } = await queue.counts();
        return { kept: waiting + delayed, active };
      })
      .toEqual({ kept: 1, active: 0 });
    expect(seen).toHaveLength(1);
  });

  test("when it is asked, then it is ready and says what it holds", async () => {
    expect(await queue.isReady()).toBe(true);
    await queue.enqueue([anExecution(), anExecution()]);
    expect(await queue.counts()).toMatchObject({ waiting: 2, active: 0, delayed: 0 });
  });

  test("when everything was handed over, then it is intact", async () => {
    const turn = await queue.takeTurn();
    // A queue on Postgres loses nothing: nobody ever has to fill it.
    expect(await turn?.finish()).toBe(queue.backend === "redis" ? true : undefined);
    expect(await queue.isIntact()).toBe(true);
  });
});

describe("the queue on a Redis that has trouble", () => {
  describe("given one that was emptied", () => {
    let options: QueueOptions;
    let queue: StepQueue;
    let keys: QueueKeys;

    beforeEach(async () => {
      options = { location: { backend: "redis", url: inject("redisUrl") }, prefix: `test-${v7()}` };
      queue = new StepQueue(options);
      await queue.bullQueue.waitUntilReady();
      keys = new QueueKeys(options.location.url, options.prefix);
      await (await queue.takeTurn())?.finish();
      await keys.empty();
    });
    afterEach(async () => {
      keys.close();
      await queue.close();
    });

    test("then it is no longer intact, until one has filled it", async () => {
      expect(await queue.isIntact()).toBe(false);
      expect(await queue.isBeingFilled()).toBe(false);
      const turn = await queue.takeTurn();
      expect(await turn?.keep("half")).toBe(true);
      expect([await queue.isIntact(), await queue.isBeingFilled()]).toEqual([false, true]);
      expect(await turn?.finish()).toBe(true);
      expect([await queue.isIntact(), await queue.isBeingFilled()]).toEqual([true, false]);
    });

    test("then one fills it at a time, and another goes on with it when that one gives up", async () => {
      const turn = await queue.takeTurn();
      expect(turn?.progress).toBeNull();
      expect(await queue.takeTurn()).toBeNull();
      expect(await turn?.keep("half")).toBe(true);
      await turn?.giveUp();
      const following = await queue.takeTurn();
      expect(following?.progress).toBe("half");
      expect(await following?.finish()).toBe(true);
      expect((await queue.takeTurn())?.progress).toBeNull();
    });

    test("when who fills it falls silent, then another does, and the first one's turn is over", async () => {
      const silent = await queue.takeTurn();
      await keys.endTurn();
      expect(await queue.takeTurn()).not.toBeNull();
      expect(await silent?.keep("half")).toBe(false);
      expect(await silent?.finish()).toBe(false);
      await silent?.giveUp();
      expect(await queue.takeTurn()).toBeNull();
      expect(await queue.isIntact()).toBe(false);
    });

    test("when it is emptied again while it is filled, then it is not intact", async () => {
      const turn = await queue.takeTurn();
      await keys.empty();
      expect(await turn?.keep("half")).toBe(false);
      expect(await turn?.finish()).toBe(false);
      expect(await queue.isIntact()).toBe(false);
    });
  });

  test("given one that has gone, then closing does not wait for it", async () => {
    const servers = await startTestServers({ DATABASE_URL: inject("databaseUrl") });
    const location = { backend: "redis", url: servers.redisUrl } as const;
    const queue = new StepQueue({ location, prefix: "test" });
    await queue.bullQueue.waitUntilReady();
    await queue.enqueue([anExecution()]);
    await servers.stop();
    await queue.close();
  });

  test("given one that is not there, then handing over fails soon and in words", async () => {
    const location = { backend: "redis", url: "redis://127.0.0.1:1" } as const;
    const queue = new StepQueue({ location, prefix: "test" });
    await expect(queue.enqueue([anExecution()])).rejects.toThrow(QueueUnavailableError);
    expect(await queue.isReady()).toBe(false);
    await queue.close();
  });
});

function byExecution(left: StepJob, right: StepJob): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
