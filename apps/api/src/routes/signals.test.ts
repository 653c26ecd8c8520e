import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["one -> two"], { name: "short" }));
});
afterAll(() => api.close());

const start = async () => (await api.post("/instances", { definition_name: "short" })).id;
const signals = async () => {
  const { statements } = api.database;
  return statements`select name, payload, deduplication_id from workflow_signals order by id`;
};

test("a signal that nobody waits for is kept, with whatever JSON it brings", async () => {
  const id = await start();
  for (const body of [undefined, { payload: [1, "a"] }, { payload: null, id: "k" }]) {
    expect(await api.post(`/instances/${id}/signals/approved`, body)).toMatchObject({
      status: 202,
      object: { status: "accepted" },
    });
  }
  expect(await signals()).toMatchObject([
    { name: "approved", payload: { v: null }, deduplication_id: null },
    { payload: { v: [1, "a"] } },
    { payload: { v: null }, deduplication_id: "k" },
  ]);
});

test("the same id again has no effect and says so, also once the instance is over", async () => {
  const id = await start();
  const send = () => api.post(`/instances/${id}/signals/go`, { id: "order-5", payload: 1 });
  expect(await send()).toMatchObject({ status: 202, object: { status: "accepted" } });
  const before = (await signals()).length;
  expect(await send()).toMatchObject({ status: 202, object: { status: "duplicate" } });
  await api.post(`/instances/${id}/cancel`);
  expect(await send()).toMatchObject({ status: 202, object: { status: "duplicate" } });
  expect(await signals()).toHaveLength(before);
});

test("an instance that is over takes no new one", async () => {
  const id = await start();
  await api.post(`/instances/${id}/cancel`);
  for (const body of [{}, { id: "new" }]) {
    expect(await api.post(`/instances/${id}/signals/go`, body)).toMatchObject({
      status: 409,
      object: { code: "WORKFLOW_ALREADY_COMPLETED" },
    });
  }
});

test.each<[string, object | string, number]>([
  ["an unknown field", { data: 1 }, 400],
  ["an empty id", { id: "" }, 400],
  ["a very long id", { id: "x".repeat(256) }, 400],
  ["an id with a null character", '{"id":"\\u0000"}', 400],
])("%s is refused", async (_, body, status) => {
  expect((await api.post(`/instances/${await start()}/signals/go`, body)).status).toBe(status);
});

test("an instance that is not there is 404, a name that cannot be stored 400", async () => {
  const nowhere = "00000000-0000-7000-8000-000000000000";
  expect((await api.post(`/instances/${nowhere}/signals/go`)).status).toBe(404);
  expect((await api.post(`/instances/${await start()}/signals/a%00b`)).status).toBe(400);
});
