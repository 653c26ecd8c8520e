import { type BreakableServers, startBreakableServers } from "@drover/local-servers";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Drover, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { note, seconds } from "./figures.ts";
import { postponeTimers, seed } from "./seed.ts";

const SCHEDULED = 80_000;
const TIMERS = 20_000;

/** Seconds; nearer than a minute, so that Redis is told of them, and not due before the test is over. */
const DUE_IN = 58;

/** Steps that the workers have in their hands while the gate is shut. */
const HELD = 3 * 2;

/** Milliseconds. */
const PROMISED = 15_000;
/** A slow day is no broken promise; a queue that is not filled at all, or in rounds, is far slower. */
const PATIENCE = 4 * PROMISED;

let servers: BreakableServers;
beforeAll(async () => {
  servers = await startBreakableServers();
});
afterAll(() => servers.stop());

const drover = useDrover(() => ({
  databaseServer: servers.postgres.url,
  queue: { redisUrl: servers.redis.url },
  workers: 3,
  concurrency: 2,
  workflows: [testWorkflows("seeded-work")],
}));

const keyOf = (state: string) => `${drover().connection.queuePrefix}:drover-steps:${state}`;

/** Job ids by BullMQ's states, each as often as it is there. */
async function jobs(): Promise<{ readonly waiting: string[]; readonly delayed: string[] }> {
  const redis = new Redis(servers.redis.url);
  try {
    const [waiting, delayed] = await Promise.all([
      redis.lrange(keyOf("wait"), 0, -1),
      redis.zrange(keyOf("delayed"), "0", "-1"),
    ]);
    return { waiting, delayed };
  } finally {
    redis.disconnect();
  }
}

/** Resolves when the queue has said that it knows all, with the milliseconds since it lost it. */
async function untilFilled(lostAt: number): Promise<number> {
  const redis = new Redis(servers.redis.url);
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
  const { waiting, delayed } = await jobs();
  expect(new Set(waiting).size).toBe(waiting.length);
  expect(waiting).toHaveLength(SCHEDULED - HELD);
  expect(delayed).toHaveLength(TIMERS);
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
  const redis = new Redis(servers.redis.url);
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
    await servers.redis.kill();
    await servers.redis.startEmpty();
  });
  note({
    fault: "Redis killed and started empty, the same work",
    promise: "all known again within 15 s, none twice",
    measured: seconds(afterRestart),
  });
}, 300_000);

/** The rows are there, and every worker has its hands full. */
async function atWork({ rows, connection }: Drover, journal: Journal): Promise<void> {
  const context = { directory: journal.directory };
  const { databaseUrl } = connection;
  await seed(databaseUrl, { scheduled: SCHEDULED, timers: TIMERS, dueIn: DUE_IN, context });
  await eventually("all hands are full", async () => (await rows.running()) === HELD);
}
