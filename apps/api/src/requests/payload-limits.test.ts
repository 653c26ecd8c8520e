import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { idsIn } from "../testing/guarded-api.ts";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

const MEGA = 1024 * 1024;
const TOO_LARGE = { text: "x".repeat(4 * MEGA) };

let api: TestApi;
beforeAll(async () => {
  const queue = undefined;
  api = await createTestApi(inject("databaseUrl"), queue, [], 8 * MEGA);
  const structures = [
    aStructure(["human_a -> b"], { name: "asks" }),
    aStructure(["webhook_a -> b"], { name: "calls" }),
  ];
  await api.worker.register(...structures);
});
afterAll(() => api.close());

const start = async (definition: string) =>
  (await api.post("/instances", { definition_name: definition })).id;

test.each([
  ["input_data", TOO_LARGE, 4 * MEGA],
  ["metadata", { text: "x".repeat(MEGA / 4) }, MEGA / 4],
])("a start with too much %s is refused and names it", async (field, value, most) => {
  const before = await api.rows();
  const body = { definition_name: "asks", [field]: value };
  const { status, object } = await api.post("/instances", body);
  expect([status, object.errors]).toEqual([
    400,
    [{ path: field, message: `Expected at most ${most} characters of JSON` }],
  ]);
  const batch = await api.post("/instances/batch", {
    instances: [{ definition_name: "asks" }, body],
  });
  expect([batch.status, batch.object.errors]).toMatchObject([
    400,
    [{ path: `instances.1.${field}` }],
  ]);
  expect(await api.rows()).toEqual(before);
});

test("an answer, a signal and a patch that are too large are refused and named", async () => {
  const id = await start("asks");
  await api.worker.askPerson(id, "human_a");
  const { json: tasks } = await api.get(`/tasks?instance_id=${id}`);
  const [taskId = ""] = idsIn(tasks);
  const asked: [string, object, string][] = [
    [`/tasks/${taskId}/complete`, { output_data: TOO_LARGE, completed_by: "bob" }, "output_data"],
    [`/instances/${id}/signals/go`, { payload: TOO_LARGE }, "payload"],
    [`/instances/${id}/retry`, { context_patch: TOO_LARGE }, "context_patch"],
  ];
  for (const [path, body, field] of asked) {
    const { status, object } = await api.post(path, { ...body });
    expect([status, object.errors]).toMatchObject([400, [{ path: field }]]);
  }
});

test("a callback that is too large is refused and can be sent again", async () => {
  const id = await start("calls");
  await api.worker.awaitCallback(id, "webhook_a", "s3cret");
  const { status, object } = await api.post("/webhooks/s3cret", TOO_LARGE);
  expect([status, object]).toMatchObject([
    413,
    { code: "PAYLOAD_TOO_LARGE", detail: expect.stringMatching(/^payload of the callback is too/) },
  ]);
  expect((await api.post("/webhooks/s3cret", { small: true })).status).toBe(202);
});

test("a body is as large as it was said that it may be", async () => {
  const { status, object } = await api.post("/webhooks/unknown", `"${"x".repeat(8 * MEGA)}"`);
  expect([status, object.detail]).toEqual([413, `The body has more than ${8 * MEGA} bytes`]);
});
