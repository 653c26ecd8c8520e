import { type JsonObject, type JsonValue, asId, type InstanceId } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["one -> two"], { name: "short" }));
});
afterAll(() => api.close());

/** Instances of a tenant of the test's own. */
async function start(tenant: string, instances: number): Promise<string[]> {
  const body = {
    instances: Array.from({ length: instances }, () => ({
      definition_name: "short",
      tenant_id: tenant,
    })),
  };
  const { object } = await api.post("/instances/batch", body);
  return (object.items as { id: string }[]).map(({ id }) => id);
}

const bulk = (body: JsonObject, headers?: Record<string, string>) =>
  api.post("/instances/bulk", body, headers);

const statuses = async (tenant: string) => {
  const { object } = await api.get(`/instances?tenant_id=${tenant}&limit=100`);
  return (object.items as { status: string }[]).map(({ status }) => status).toReversed();
};

test("a dry run says which it would be and does nothing", async () => {
  const ids = await start("dry", 3);
  const body = { action: "cancel", filter: { tenant_id: "dry" }, dry_run: true, limit: 2 };
  expect(await bulk(body)).toMatchObject({
    status: 200,
    object: {
      action: "cancel",
      dry_run: true,
      matched: 3,
      processed: 0,
      succeeded: 0,
      failed: 0,
      errors: [],
      has_more: true,
      instance_ids: ids.slice(0, 2),
    },
  });
  expect(await statuses("dry")).toEqual(["running", "running", "running"]);
});

test("acts on the oldest first, up to the limit, where the action makes sense", async () => {
  const ids = await start("some", 4);
  await api.post(`/instances/${ids[0]}/cancel`);
  const filter = { tenant_id: "some" };
  expect((await bulk({ action: "pause", filter, limit: 2 })).object).toEqual({
    action: "pause",
    dry_run: false,
    matched: 3,
    processed: 2,
    succeeded: 2,
    failed: 0,
    errors: [],
    has_more: true,
    instance_ids: ids.slice(1, 3),
  });
  expect(await statuses("some")).toEqual(["canceled", "paused", "paused", "running"]);
  const resumed = { matched: 2, succeeded: 2, failed: 0 };
  expect((await bulk({ action: "resume", filter })).object).toMatchObject(resumed);
  const reason = "Not needed";
  expect((await bulk({ action: "cancel", filter, reason })).object).toMatchObject({ succeeded: 3 });
  expect((await api.get(`/instances/${ids[3]}`)).object.error).toBe("Canceled: Not needed");
  expect((await bulk({ action: "retry", filter })).object).toMatchObject({ matched: 0 });
});

test("those that cannot be acted on are told and keep none of the others back", async () => {
  const ids = await start("mixed", 2);
  for (const id of ids) await api.worker.fail(await api.worker.claim(id, "one"), "no money");
  const filter = { tenant_id: "mixed", status: "failed" };
  const refused = await bulk({ action: "retry", filter, from_step: "four" });
  const message = "Step 'four' not found in definition";
  expect(refused.object).toMatchObject({
    processed: 2,
    succeeded: 0,
    failed: 2,
    errors: ids.map((id) => ({ instance_id: id, code: "STEP_NOT_FOUND", message })),
  });
  const retried = await bulk({ action: "retry", filter, from_step: "two" });
  expect(retried.object).toMatchObject({ succeeded: 2, failed: 0 });
  expect(await statuses("mixed")).toEqual(["running", "running"]);
});

test("one that is over by the time it is its turn is counted as failed", async () => {
  const [first = "", second = ""] = await start("racing", 2);
  const dispatch = api.store.dispatch.bind(api.store);
  // Ends behind the back of the bulk action, between its looking and its acting.
  api.store.dispatch = async (id, event, known) => {
    api.store.dispatch = dispatch;
    const canceled = asId<InstanceId>(first);
    await dispatch(canceled, { type: "instance.canceled", reason: "faster" });
    return dispatch(id, event, known);
  };
  const { object } = await bulk({ action: "pause", filter: { tenant_id: "racing" } });
  expect(object).toMatchObject({ matched: 2, succeeded: 1, failed: 1 });
  expect(object.errors).toMatchObject([{ instance_id: first, code: "WORKFLOW_ALREADY_COMPLETED" }]);
  expect((await api.get(`/instances/${second}`)).object.status).toBe("paused");
});

test("every field of the filter counts", async () => {
  const [id] = await start("fields", 1);
  const filter = { tenant_id: "fields" };
  const matched = async (more: JsonObject) => {
    const body = { action: "cancel", dry_run: true, filter: { ...filter, ...more } };
    return (await bulk(body)).object.instance_ids;
  };
  const past = "2020-01-01T00:00:00Z";
  const future = "2126-01-01T00:00:00+01:00";
  for (const more of [
    { workflow_name: "short", version: "1.0.0", status: "running" },
    { started_after: past, started_before: future },
  ]) {
    expect(await matched(more)).toEqual([id]);
  }
  for (const more of [
    { workflow_name: "long" },
    { version: "2.0.0" },
    { status: "failed" },
    { created_by: "alice" },
    { correlation_id: "c" },
    { started_before: past },
    { started_after: future },
  ]) {
    expect(await matched(more)).toEqual([]);
  }
});

test.each<[string, JsonObject]>([
  ["no filter", { action: "cancel" }],
  ["an empty filter", { action: "cancel", filter: {} }],
  ["another action", { action: "forget", filter: { tenant_id: "x" } }],
  ["another field", { action: "cancel", filter: { tenant: "x" } }],
  ["a limit beyond all measure", { action: "cancel", filter: { tenant_id: "x" }, limit: 1_001 }],
  ["no moment", { action: "cancel", filter: { started_before: "yesterday" } }],
  ["a reason without a meaning", { action: "pause", filter: { tenant_id: "x" }, reason: "r" }],
  ["a step without a meaning", { action: "cancel", filter: { tenant_id: "x" }, from_step: "one" }],
])("%s is refused", async (_, body) => {
  expect(await bulk(body)).toMatchObject({ status: 400, object: { code: "REQUEST_INVALID" } });
});

test("deletes what is over, with all of its history, and nothing else", async () => {
  const ids = await start("deleted", 4);
  const filter = { tenant_id: "deleted" };
  for (const id of ids.slice(0, 3)) await api.post(`/instances/${id}/cancel`);
  const dry = await bulk({ action: "delete", filter, dry_run: true });
  expect(dry.object).toMatchObject({ matched: 3, processed: 0, instance_ids: ids.slice(0, 3) });
  const before = await api.rows();
  expect((await bulk({ action: "delete", filter, limit: 2 })).object).toEqual({
    action: "delete",
    dry_run: false,
    matched: 3,
    processed: 2,
    succeeded: 2,
    failed: 0,
    errors: [],
    has_more: true,
    instance_ids: ids.slice(0, 2),
  });
  const after = await api.rows();
  expect([after.instances, after.executions]).toEqual([
    Number(before.instances) - 2,
    Number(before.executions) - 2,
  ]);
  expect((await api.get(`/instances/${ids[0]}`)).status).toBe(404);
  expect(await statuses("deleted")).toEqual(["canceled", "running"]);
});

test("those that cannot be deleted are told and keep none of the others back", async () => {
  const ids = await start("needed", 3);
  const [child = "", other = "", parent = ""] = ids;
  for (const id of [child, other]) await api.post(`/instances/${id}/cancel`);
  await api.database.statements`
    update workflow_instances set parent_instance_id = ${parent} where id = ${child}`;
  const { object } = await bulk({ action: "delete", filter: { tenant_id: "needed" } });
  expect(object).toMatchObject({
    processed: 2,
    succeeded: 1,
    failed: 1,
    errors: [{ instance_id: child, code: "INSTANCE_NEEDED" }],
  });
  expect(await statuses("needed")).toEqual(["canceled", "running"]);
});

test("an idempotency key is forgotten with its instance", async () => {
  const body = { definition_name: "short", tenant_id: "keyed" };
  const key = { "idempotency-key": "keyed-1" };
  const first = await api.post("/instances", body, key);
  await api.post(`/instances/${first.id}/cancel`);
  await bulk({ action: "delete", filter: { tenant_id: "keyed" } });
  const second = await api.post("/instances", body, key);
  expect(second.status).toBe(201);
  expect(second.id).not.toBe(first.id);
});

test("tells its progress line by line to who wants to know", async () => {
  await start("lines", 120);
  const body = { action: "cancel", filter: { tenant_id: "lines" }, limit: 110 };
  const answer = await bulk(body, { accept: "application/x-ndjson" });
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = answer.text.trimEnd().split("\n");
  const values = lines.map((line): JsonValue => JSON.parse(line));
  expect(values).toMatchObject([
    { matched: 120, processed: 50, succeeded: 50, failed: 0 },
    { processed: 100 },
    { action: "cancel", processed: 110, has_more: true, instance_ids: expect.any(Array) },
  ]);
});
