import { asId, type ExecutionId } from "@drover/engine";
import { StepQueue } from "@drover/queue";
import { Redis } from "ioredis";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { useBreakableServers } from "../support/breakable.ts";
import { type Drover, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { note, seconds } from "./figures.ts";
import { postponeTimers, seed } from "./seed.ts";
import { startEmpty } from "./start-empty.ts";

const SCHEDULED = 80_000;
const TIMERS = 20_000;

/** Seconds; nearer than a minute, so that Redis is told of them, and not due before the test is over. */
const DUE_IN = 58;

/** Steps that the workers have in their hands while the gate is shut. */
const HELD = 3 * 2;

/** Milliseconds. */
const PROMISED = 15_000;
const PATIENCE = 200_000;

/** Executions whose handing over says how fast this machine is today. */
const SAMPLE = 10_000;

/** Steps that are run in the end, to see that none of them runs twice. */
const RUN = 1_000;

const servers = useBreakableServers();

const drover = useDrover(() => ({
  databaseServer: servers().postgres.url,
  queue: { redisUrl: servers().redis.url },
  workers: 3,
  concurrency: 2,
  workflows: [testWorkflows("seeded-work")],
}));

const keyOf = (state: string) => `${drover().connection.queuePrefix}:drover-steps:${state}`;

/**
 * Job ids of steps and of timers in one moment, each as often as it is there. Of the steps a worker without
 * a place has one at hand, which it gives back and takes again.
 */
async function jobs(): Promise<{ readonly steps: string[]; readonly timers: string[] }> {
  const redis = new Redis(servers().redis.url);
  try {
    const states = await redis
      .multi()
      .lrange(keyOf("wait"), 0, -1)
      .lrange(keyOf("active"), 0, -1)
      .zrange(keyOf("delayed"), "0", "-1")
      .exec();
    // Each is a pair of an error and the answer, which for these commands is a list of ids.
    const ids = (states ?? []).flatMap(([, answer]) => answer as string[]);
    const timers = ids.filter((id) => id.startsWith("timer."));
    return { steps: ids.filter((id) => !id.startsWith("timer.")), timers };
  } finally {
    redis.disconnect();
  }
}

/**
 * Milliseconds that handing everything over may take today: that is as fast as Redis and one process
 * can, and a slow machine is no broken promise. All of it by every worker, or in rounds, is slower.
 */
async function allowed(): Promise<number> {
  const location = { backend: "redis", url: servers().redis.url } as const;
  const queue = new StepQueue({ location, prefix: "sample" });
  await queue.bullQueue.waitUntilReady();
  const sample = Array.from({ length: SAMPLE }, () => ({
    executionId: asId<ExecutionId>(randomUUID()),
    attempt: 1,
  }));
  const begun = performance.now();
  for (let next = 0; next < SAMPLE; next += 500) {
    await queue.enqueueAgain(sample.slice(next, next + 500));
  }
  const took = performance.now() - begun;
  await queue.close();
  return PROMISED + 3 * took * ((SCHEDULED + TIMERS) / SAMPLE);
}

/** Resolves when the queue has said that it knows all, with the milliseconds since it lost it. */
async function untilFilled(lostAt: number): Promise<number> {
  const redis = new Redis(servers().redis.url);
  // It may not be back yet.
  redis.on("error", () => {});
  try {
    await eventually(
      "the queue is filled",
      async () => (await redis.exists(`${drover().connection.queuePrefix}:epoch`)) === 1,
      PATIENCE,
    );
    return performance.now() - lostAt;
  } finally {
    redis.disconnect();
  }
}

/** Every step that is scheduled and every timer is known just once; what is at work is not there. */
async function expectAllKnownOnce(): Promise<void> {
  const { steps, timers } = await jobs();
  expect(new Set(steps).size).toBe(steps.length);
  // While Redis was away workers have taken some from Postgres: those stand at the gate.
  expect(steps).toHaveLength(SCHEDULED - (await drover().rows.running()));
  expect(timers).toHaveLength(TIMERS);
}

async function emptied(drop: () => Promise<void>): Promise<number> {
  const { databaseUrl } = drover().connection;
  await postponeTimers(databaseUrl, DUE_IN);
  const lostAt = performance.now();
  await drop();
  const took = await untilFilled(lostAt);
  await expectAllKnownOnce();
  return took;
}

const flushed = async () => {
  const redis = new Redis(servers().redis.url);
  await redis.flushall();
  redis.disconnect();
};

test("given 100,000 scheduled steps and timers, when Redis is emptied, then it knows all again, none twice [scenario G8]", async () => {
  using journal = new Journal();
  await atWork(drover(), journal);

  const afterFlush = await emptied(flushed);
  note({
    fault: "Redis emptied, 80,000 steps and 20,000 timers",
    promise: "all known again within 15 s, none twice",
    measured: seconds(afterFlush),
  });

  const afterRestart = await emptied(async () => {
    await servers().redis.kill();
    await startEmpty(servers());
  });
  note({
    fault: "Redis killed and started empty, the same work",
    promise: "all known again within 15 s, none twice",
    measured: seconds(afterRestart),
  });

  const most = await allowed();
  expect(afterFlush).toBeLessThan(most);
  expect(afterRestart).toBeLessThan(most);
  journal.openGate();
  await eventually("many steps have run", () => journal.entries.length > RUN, PATIENCE);
  const ran = journal.entries;
  expect(new Set(ran.map(({ instance }) => instance)).size).toBe(ran.length);
  expect(ran.filter(({ attempt }) => attempt !== 1)).toEqual([]);
}, 600_000);

/** The rows are there, and every worker has its hands full. */
async function atWork({ rows, connection }: Drover, journal: Journal): Promise<void> {
  const context = { directory: journal.directory };
  const { databaseUrl } = connection;
  await seed(databaseUrl, { scheduled: SCHEDULED, timers: TIMERS, dueIn: DUE_IN, context });
  await eventually("all hands are full", async () => (await rows.running()) === HELD);
}
