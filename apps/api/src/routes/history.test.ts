import type { JsonObject } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  const map = aStructure(["each -> end", "pay"], { name: "map" });
  await api.worker.register(
    aStructure(["begin -> left", "begin -> right", "left -> end", "right -> end"], {
      name: "fork",
      deadline: 90_000,
    }),
    aStructure(["one -> two"], { name: "chain" }),
    {
      ...map,
      steps: map.steps.map((step) => {
        if (step.name === "pay") return { ...step, memberOf: "each" };
        if (step.name !== "each") return step;
        const group = {
          kind: "map",
          members: ["pay"],
          callback: null,
          onFailure: "fail-fast",
          concurrency: null,
        } as const;
        return { ...step, type: "group" as const, group };
      }),
    },
  );
});
afterAll(() => api.close());

async function start(name: string, more: JsonObject = {}): Promise<string> {
  return (await api.post("/instances", { definition_name: name, ...more })).id;
}
const detail = async (id: string) => (await api.get(`/instances/${id}`)).object;

describe("the details of an instance", () => {
  test("tell its deadline, its metadata and the signals that it has been sent", async () => {
    const metadata = { source: "shop", workflow_name: "another" };
    const id = await start("fork", { metadata });
    await api.post(`/instances/${id}/signals/go`, { payload: 1 });
    const instance = await detail(id);
    const { started_at: startedAt, deadline_at: deadlineAt } = instance;
    expect(Date.parse(deadlineAt as string) - Date.parse(startedAt as string)).toBe(90_000);
    expect(instance).toMatchObject({
      metadata: { source: "shop", workflow_name: "fork", workflow_version: "1.0.0" },
      signals: [{ name: "go", received_at: expect.stringMatching(/Z$/), taken_at: null }],
    });
    expect((await api.get("/definitions/fork")).object.deadline).toBe("PT1M30S");
    expect((await api.get("/definitions/chain")).object.deadline).toBeNull();
  });

  test("tell the output, tries that failed, and how the last one did [scenarios 65, 78]", async () => {
    const id = await start("chain");
    const step = await api.worker.claim(id, "one");
    const { executionId, attempt, instanceId } = step;
    const error = { type: "TypeError", message: "busy", stack: "at x", cause: "Error: full" };
    await api.store.dispatch(instanceId, {
      type: "step.retrying",
      executionId,
      attempt,
      contextChanges: {},
      error,
      retryAt: new Date(Date.now() + 3_600_000),
      heartbeatDetails: null,
      waitsAnew: false,
    });
    expect(await detail(id)).toMatchObject({
      step_history: [
        {
          waiting_for: "delay",
          attempts: [
            {
              number: 1,
              error_type: "TypeError",
              error: "busy",
              started_at: expect.stringMatching(/Z$/),
              ended_at: expect.stringMatching(/Z$/),
            },
          ],
        },
      ],
    });
    await api.post(`/instances/${id}/cancel`);

    const other = await start("chain");
    await api.worker.run(other, "one", [0]);
    await api.worker.run(other, "two", [], { result: { total: 5 } });
    const whole = await detail(other);
    expect(whole).toMatchObject({ status: "completed", output: { total: 5 } });
    // The first one is there as soon as the instance is.
    expect(whole.step_history).toMatchObject([
      { created_at: whole.started_at },
      { created_at: expect.stringMatching(/Z$/) },
    ]);
    const failed = await start("chain");
    await api.worker.fail(await api.worker.claim(failed, "one"), "no money");
    expect((await detail(failed)).step_history).toMatchObject([
      { error_details: { type: "Error", message: "no money", stack: null, cause: null } },
    ]);
  });

  test("tell of members of a group where they belong and what they work on", async () => {
    const id = await start("map");
    const { executionId, attempt, instanceId } = await api.worker.claim(id, "each");
    const dispatched = await api.store.dispatch(instanceId, {
      type: "step.waiting",
      executionId,
      attempt,
      contextChanges: {},
      wait: { kind: "group", chosen: null, items: ["a", null] },
    });
    expect(dispatched.kind).toBe("committed");
    const { step_history: history, current_step: step } = await detail(id);
    expect(step).toBe("each");
    const member = { step_name: "pay", group_id: executionId, waiting_for: null };
    expect(history).toMatchObject([
      { step_name: "each", waiting_for: "group", group_id: null, index: null },
      { ...member, index: 0, item: "a" },
      { ...member, index: 1, item: null },
    ]);
    expect(Object.hasOwn((history as JsonObject[])[0] ?? {}, "item")).toBe(false);
  });
});

describe("the history in pages", () => {
  test("is the same as in the details, and knows what was overwritten across pages", async () => {
    const id = await start("fork");
    await api.worker.run(id, "begin", [0, 1], { set: { both: 0 } });
    const left = await api.worker.claim(id, "left");
    const right = await api.worker.claim(id, "right");
    await api.worker.finish(left, [2], { set: { both: 1 } });
    await api.worker.finish(right, [3], { set: { both: 2 } });
    const { step_history: whole } = await detail(id);
    const first = (await api.get(`/instances/${id}/history?limit=2`)).object;
    expect(first).toMatchObject({ total: 4, limit: 2, offset: 0, has_more: true });
    const second = (await api.get(`/instances/${id}/history?limit=2&offset=2`)).object;
    expect(second).toMatchObject({ total: 4, offset: 2, has_more: false });
    expect(second.items).toMatchObject([
      { step_name: "right", overwrote: ["both"] },
      { step_name: "end", status: "scheduled" },
    ]);
    expect([...(first.items as JsonObject[]), ...(second.items as JsonObject[])]).toEqual(whole);
    const beyond = (await api.get(`/instances/${id}/history?offset=9`)).object;
    expect(beyond).toMatchObject({ items: [], total: 4, has_more: false });
  });

  test("given thousands of items, then the details show the first 500 and say how many there are", async () => {
    const id = await start("map");
    const { executionId, attempt, instanceId } = await api.worker.claim(id, "each");
    const items = Array.from({ length: 2_000 }, (_, n) => n);
    await api.store.dispatch(instanceId, {
      type: "step.waiting",
      executionId,
      attempt,
      contextChanges: {},
      wait: { kind: "group", chosen: null, items },
    });
    const { step_history: history, step_count: count } = await detail(id);
    expect([count, history]).toEqual([2_001, expect.objectContaining({ length: 500 })]);
    const page = (await api.get(`/instances/${id}/history?limit=500&offset=2000`)).object;
    expect(page).toMatchObject({ total: 2_001, has_more: false, items: [{ item: 1_999 }] });
    expect((await api.get(`/instances/${id}/graph`)).object.mermaid_source).toContain("each");
  });

  test.each([
    ["00000000-0000-7000-8000-000000000000/history", 404],
    ["42/history", 404],
    ["42/history?limit=501", 400],
    ["42/history?page=1", 400],
  ])("%s is %i", async (path, status) => {
    expect((await api.get(`/instances/${path}`)).status).toBe(status);
  });
});
