import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["human_a -> b"], { name: "sample" }));
});
afterAll(() => api.close());

test("shows queues, live steps and workers", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    ids.push((await api.post("/instances", { definition_name: "sample" })).id);
  }
  await api.worker.askPerson(ids[0] ?? "", "human_a");
  await api.worker.claim(ids[1] ?? "", "human_a");
  await api.store.heartbeat({
    workerId: api.worker.id,
    host: "mule",
    pid: 7,
    concurrency: 16,
    draining: false,
    definitionIds: null,
    running: [],
    details: [],
  });
  const { status, object } = await api.get("/queues");
  expect(status).toBe(200);
  expect(object).toMatchObject({
    queues: [{ name: "test-steps", counts: { waiting: expect.any(Number), active: 0 } }],
    steps: { pending: 0, scheduled: 1, running: 1, waiting: 1 },
    workers: [
      {
        id: api.worker.id,
        host: "mule",
        pid: 7,
        concurrency: 16,
        draining: false,
        last_heartbeat_at: expect.stringMatching(/Z$/),
      },
    ],
  });
});

test("says what Postgres knows while the queue is away", async () => {
  api.queue.away = true;
  const { status, object } = await api.get("/queues");
  api.queue.away = false;
  expect(status).toBe(200);
  expect(object).toMatchObject({ queues: [{ name: "test-steps", counts: null }], workers: [{}] });
});
