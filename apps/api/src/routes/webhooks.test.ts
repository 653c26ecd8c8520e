import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["webhook_paid -> ship"], { name: "order" }));
});
afterAll(() => api.close());

async function waitingFor(token: string): Promise<string> {
  const { id } = await api.post("/instances", { definition_name: "order" });
  await api.worker.awaitCallback(id, "webhook_paid", token);
  return id;
}

test.each([
  ["an object", '{"paid": 3}', { paid: 3 }],
  ["a list", "[1, null]", [1, null]],
  ["a bare word", '"yes"', "yes"],
  ["null", "null", null],
  ["nothing", undefined, null],
])("takes %s and lets the flow go on [scenario 47]", async (name, body, payload) => {
  const id = await waitingFor(name);
  const answer = await api.post(`/webhooks/${encodeURIComponent(name)}`, body);
  expect([answer.status, answer.object]).toEqual([202, { status: "accepted" }]);
  const { object } = await api.get(`/instances/${id}`);
  expect(object.context_data).toEqual({ webhook_data: payload });
  const step = await api.worker.claim(id, "webhook_paid");
  expect(step.resumption).toEqual({ kind: "callback", payload });
});

test("nobody knows the token [scenario G9]", async () => {
  const { status, object } = await api.post("/webhooks/guess", {});
  expect([status, object.code]).toEqual([404, "CALLBACK_NOT_FOUND"]);
});

test("a token works once, however often it comes at once [scenario G9]", async () => {
  await waitingFor("often");
  const answers = await Promise.all([1, 2, 3, 4].map((n) => api.post("/webhooks/often", { n })));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  const again = await api.post("/webhooks/often", {});
  expect([again.status, again.object.code]).toEqual([409, "CALLBACK_ALREADY_USED"]);
});

test("a token of a canceled instance is no longer awaited", async () => {
  const id = await waitingFor("canceled");
  await api.post(`/instances/${id}/cancel`);
  expect((await api.post("/webhooks/canceled", {})).status).toBe(409);
});
