import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRedis, answersPong } from "../servers/redis-connection.ts";
import { type BreakableServers, startBreakableServers } from "./breakable-servers.ts";

let servers: BreakableServers;
beforeAll(async () => {
  servers = await startBreakableServers();
}, 120_000);
afterAll(() => servers.stop(), 60_000);

/** One question on a connection of its own: those from before a crash are gone. */
async function ask(statement: string): Promise<unknown> {
  const sql = postgres(servers.postgres.url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test("given a Postgres that crashes, when it starts again, then it is at the same place and knows what was committed", async () => {
  await ask("create table kept (number int)");
  await ask("insert into kept values (1)");
  await servers.postgres.crash();
  await expect(ask("select 1")).rejects.toThrow();
  await servers.postgres.start();
  expect(await ask("select number from kept")).toEqual([{ number: 1 }]);
}, 120_000);

test("given a Redis that is killed, when it starts again, then it is at the same place and knows nothing", async () => {
  const { redis } = servers;
  await askRedis(redis.url, ["SET", "kept", "1"]);
  await redis.kill();
  expect(await answersPong(redis.url)).toBe(false);
  await redis.startEmpty();
  expect(await askRedis(redis.url, ["GET", "kept"])).toBeNull();
}, 120_000);

test("given a Redis that is frozen, then it answers nothing until it thaws", async () => {
  const { redis } = servers;
  redis.freeze();
  expect(await answersPong(redis.url, 500)).toBe(false);
  redis.thaw();
  expect(await answersPong(redis.url, 30_000)).toBe(true);
});
