import { createTestDatabase } from "@drover/db/testing";
import { SwallowingProxy } from "@drover/db/testing/proxy";
import { freePort } from "@drover/local-servers";
import { expect, inject, test } from "vitest";
import { OneJob } from "./testing/one-job.ts";

test("given a queue on a Postgres that is not there yet, when it comes, then work is handed over and taken", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(await freePort());
  const job = new OneJob(url.href);
  await expect(job.handOver()).rejects.toThrow(/cannot be reached/);

  const { proxy } = await SwallowingProxy.before(database.url, Number(url.port));
  await expect.poll(() => job.handOver().then(() => "taken"), { timeout: 60_000 }).toBe("taken");
  expect(await job.taken).toBe(job.executionId);

  await job[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
}, 120_000);
