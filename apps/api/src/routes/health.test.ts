import { newId, openDatabase, createStore } from "@drover/db";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createApp } from "../app.ts";
import { RecordingQueue } from "../testing/recording-queue.ts";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
});
afterAll(() => api.close());

/** An app on some database; nothing is asked of it before the first request. */
function appOn(url: string) {
  const database = openDatabase(url, { applicationName: "health-test" });
  const app = createApp({
    store: createStore(database),
    queries: database.queries,
    queue: new RecordingQueue(),
    logger: pino({ level: "silent" }),
    apiPrefix: "/workflows",
    apiKeys: [],
    now: () => new Date(),
    newId,
  });
  return { app, close: () => database.close() };
}

test("live answers whatever is the matter [scenario 97]", async () => {
  const { app, close } = appOn("postgres://nobody@127.0.0.1:1/none");
  expect((await app.request("/health/live")).status).toBe(200);
  await close();
});

describe("ready", () => {
  test("is ok when everything is [scenario 97]", async () => {
    const { status, object } = await api.send("//health/ready");
    expect(status).toBe(200);
    expect(object).toEqual({ status: "ok", postgres: "ok", queue: "ok" });
  });

  test("is degraded, and ready, without the queue", async () => {
    api.queue.away = true;
    const { status, object } = await api.send("//health/ready");
    api.queue.away = false;
    expect(status).toBe(200);
    expect(object).toEqual({ status: "degraded", postgres: "ok", queue: "degraded" });
  });

  test("is not when the tables are missing", async () => {
    const { app, close } = appOn(inject("databaseUrl"));
    const response = await app.request("/health/ready");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ postgres: "not migrated" });
    await close();
  });

  test("is not without Postgres, which requests are told too", async () => {
    const { app, close } = appOn("postgres://nobody@127.0.0.1:1/none");
    const response = await app.request("/health/ready");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "unavailable", postgres: "unreachable" });

    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ definition_name: "article" });
    const id = newId();
    const answers = await Promise.all([
      app.request("/workflows/instances"),
      app.request("/workflows/instances", { method: "POST", headers, body }),
      app.request(`/workflows/instances/${id}`),
      app.request(`/workflows/instances/${id}/cancel`, { method: "POST" }),
      app.request("/workflows/definitions"),
      app.request("/workflows/queues"),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await answer.json()).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    }
    await close();
  });
});
