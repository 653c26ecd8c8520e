import { StepQueue } from "@drover/queue";
import { newId } from "@drover/db";
import { asId, type ExecutionId } from "@drover/engine";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
let queue: StepQueue;
const job = { executionId: asId<ExecutionId>(newId()), attempt: 1 };
beforeAll(async () => {
  queue = new StepQueue({
    location: { backend: "redis", url: inject("redisUrl") },
    prefix: `board-${newId()}`,
  });
  api = await createTestApi(inject("databaseUrl"), () => queue);
  await queue.bullQueue.waitUntilReady();
  await queue.enqueue([job]);
});
afterAll(async () => {
  await queue.bullQueue.obliterate({ force: true });
  await queue.close();
  await api.close();
});

test("shows the queue, on a page that loads nothing from elsewhere", async () => {
  const page = await api.send("//admin/queues");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(linked.filter((path) => /^(https?:)?\/\//.test(path))).toEqual([]);
  for (const path of linked.filter((link) => link.startsWith("static/"))) {
    expect([path, (await api.send(`//admin/queues/${path}`)).status]).toEqual([path, 200]);
  }
  const { object } = await api.send("//admin/queues/api/queues");
  expect(object.queues).toMatchObject([{ name: "drover-steps", readOnlyMode: true }]);
  const counts = await api.get("/queues");
  expect(counts.object.queues).toMatchObject([{ counts: { waiting: 1 } }]);
});

test("is found with a slash at the end too", async () => {
  const { status, headers } = await api.send("//admin/queues/");
  expect([status, headers.get("location")]).toEqual([308, "../queues"]);
});

test("changes nothing", async () => {
  const id = `${job.executionId}.${job.attempt}`;
  const attempts: [string, string][] = [
    ["PUT", `/api/queues/drover-steps/${id}/clean`],
    ["PUT", `/api/queues/drover-steps/${id}/retry/failed`],
    ["PUT", `/api/queues/drover-steps/${id}/promote`],
    ["PUT", "/api/queues/drover-steps/pause"],
    ["PUT", "/api/queues/drover-steps/empty"],
    ["PUT", "/api/queues/drover-steps/obliterate"],
    ["PUT", "/api/queues/pause"],
    ["POST", "/api/queues/drover-steps/add"],
    ["DELETE", `/api/queues/drover-steps/${id}`],
  ];
  for (const [method, path] of attempts) {
    const { status, object } = await api.send(`//admin/queues${path}`, { method });
    expect([path, status, object.code]).toEqual([path, 405, "METHOD_NOT_ALLOWED"]);
  }
  expect(await queue.bullQueue.isPaused()).toBe(false);
  expect(await queue.counts()).toMatchObject({ waiting: 1 });
});
