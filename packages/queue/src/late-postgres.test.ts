import { createTestDatabase } from "@drover/db/testing";
import { SwallowingProxy } from "@drover/db/testing/proxy";
import { asId, type ExecutionId } from "@drover/engine";
import { freePort } from "@drover/local-servers";
import { v7 } from "uuid";
import { expect, inject, test } from "vitest";
import { StepConsumer } from "./step-consumer.ts";
import { StepQueue } from "./step-queue.ts";

test("given a queue on a Postgres that is not there yet, when it comes, then work is handed over and taken", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(await freePort());
  const options = { location: { backend: "postgres", url: url.href }, prefix: "test" } as const;
  const queue = new StepQueue(options);
  const taken = Promise.withResolvers<string>();
  const consumer = new StepConsumer({
    ...options,
    concurrency: 1,
    onError: () => {},
    handle: async (job) => {
      if (job.kind === "step") taken.resolve(job.executionId);
      return "done";
    },
  });
  consumer.start();
  const executionId = asId<ExecutionId>(v7());
  const handOver = () => queue.enqueue([{ executionId, attempt: 1 }]);
  await expect(handOver()).rejects.toThrow(/cannot be reached/);

  const { proxy } = await SwallowingProxy.before(database.url, Number(url.port));
  await expect.poll(() => handOver().then(() => "taken"), { timeout: 60_000 }).toBe("taken");
  expect(await taken.promise).toBe(executionId);

  await consumer.close(5_000);
  await queue.close();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
}, 120_000);
