import { asId, type ExecutionId, type ScheduledExecution } from "@drover/engine";
import { createTestDatabase } from "@drover/db/testing";
import { v7 } from "uuid";
import { afterEach, beforeEach, expect, inject } from "vitest";
import type { QueueOptions } from "../connection.ts";
import type { StepJob } from "../jobs.ts";
import type { JobVerdict } from "../bull-worker.ts";
import { StepConsumer } from "../step-consumer.ts";
import { StepQueue } from "../step-queue.ts";

export const anExecution = (): ScheduledExecution => ({
  executionId: asId<ExecutionId>(v7()),
  attempt: 1,
});

interface Place {
  readonly options: QueueOptions;
  readonly release: () => Promise<void>;
}

export async function onRedis(): Promise<Place> {
  const location = { backend: "redis", url: inject("redisUrl") } as const;
  return { options: { location, prefix: `test-${v7()}` }, release: async () => {} };
}

async function onPostgres(): Promise<Place> {
  const database = await createTestDatabase(inject("databaseUrl"));
  const location = { backend: "postgres", url: database.url } as const;
  return { options: { location, prefix: "test" }, release: () => database.drop() };
}

/** Where a queue may live, by name. */
export const PLACES = [
  ["Redis", onRedis],
  ["Postgres", onPostgres],
] as const;

type Handle = (job: StepJob, times: number) => JobVerdict | Promise<JobVerdict>;

/** A fresh queue for each test of a suite, and those who take from it. */
export function useQueue(open: () => Promise<Place>) {
  let under: Place;
  let queue: StepQueue;
  const consumers: StepConsumer[] = [];
  beforeEach(async () => {
    under = await open();
    queue = new StepQueue(under.options);
    await queue.bullQueue.waitUntilReady();
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.close(5_000)));
    await queue.close();
    await under.release();
  });

  /** Jobs as they come up, four at once, each told apart by what the handler said of it. */
  function consume(handle: Handle = () => "done") {
    const seen: { job: StepJob; at: number }[] = [];
    const waiting: { count: number; resolve: () => void }[] = [];
    const consumer = new StepConsumer({
      ...under.options,
      concurrency: 4,
      onError: () => {},
      handle: async (job) => {
        seen.push({ job, at: Date.now() });
        for (const wait of waiting) if (seen.length >= wait.count) wait.resolve();
        return handle(job, seen.length);
      },
    });
    consumers.push(consumer);
    consumer.start();
    const until = (count: number) =>
      seen.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ count, resolve }));
    return { seen, until, consumer };
  }
  return { queue: () => queue, consume };
}

/** Resolves once nothing waits and nothing is at work. */
export async function untilEmpty(queue: StepQueue): Promise<void> {
  await expect
    .poll(() => queue.counts(), { timeout: 10_000 })
    .toMatchObject({ waiting: 0, active: 0 });
}
