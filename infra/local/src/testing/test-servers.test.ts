import postgres from "postgres";
import { afterEach, expect, inject, test, vi } from "vitest";
import { askRedis } from "../servers/redis-connection.ts";
import { startTestServers } from "./test-servers.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("given the run's servers, when asked, then they are a real Postgres and a real Redis", async () => {
  const sql = postgres(inject("databaseUrl"), { max: 1 });
  const [row] = await sql<{ name: string }[]>`select version() as name`;
  await sql.end();
  expect(row?.name).toMatch(/^PostgreSQL 1[5-9]/);
  expect(await askRedis(inject("redisUrl"), ["INFO", "server"])).toMatch(/redis_version:/);
});

test("given URLs in the environment, when servers are wanted, then those are taken as they are", async () => {
  vi.stubEnv("DATABASE_URL", "postgres://me:pass@db.example/app");
  vi.stubEnv("REDIS_URL", "redis://cache.example");
  const servers = await startTestServers();
  expect(servers).toMatchObject({
    databaseUrl: "postgres://me:pass@db.example/app",
    redisUrl: "redis://cache.example",
    described:
      "Postgres: postgres://me:***@db.example/app (DATABASE_URL); Redis: redis://cache.example (REDIS_URL)",
  });
  await servers.stop();
});
