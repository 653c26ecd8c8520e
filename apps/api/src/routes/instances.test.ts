import type { JsonObject } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(
    aStructure(["submit -> human_review", "human_review -> publish"], { name: "article" }),
    aStructure(["begin -> left", "begin -> right", "left -> end", "right -> end"], {
      name: "fork",
    }),
    aStructure(["one -> two"], { name: "short" }),
  );
});
afterAll(() => api.close());

async function start(name: string, more: JsonObject = {}): Promise<string> {
  const { status, id } = await api.post("/instances", { definition_name: name, ...more });
  expect(status).toBe(201);
  return id;
}

const detail = async (id: string) => (await api.get(`/instances/${id}`)).object;

describe("reading one", () => {
  test("shows where it stands, its context and its whole history [scenario 88]", async () => {
    const id = await start("article", { input_data: { title: "Hello" }, user_id: "alice" });
    await api.worker.run(id, "submit", [0], { set: { words: 2 }, result: 17 });
    await api.worker.askPerson(id, "human_review", { assigneeId: "bob" });
    expect(await detail(id)).toMatchObject({
      id,
      definition_name: "article",
      status: "waiting",
      current_step: "human_review",
      created_by: "alice",
      context_data: { title: "Hello", words: 2 },
      metadata: { workflow_name: "article", workflow_version: "1.0.0" },
      error: null,
      output: null,
      deadline_at: null,
      parent: null,
      children: [],
      signals: [],
      step_count: 2,
      step_history: [
        {
          step_name: "submit",
          step_type: "machine",
          status: "succeeded",
          attempt: 1,
          started_at: expect.stringMatching(/^\d{4}-.*Z$/),
          completed_at: expect.stringMatching(/Z$/),
          output_data: { result: 17 },
          context_changes: { words: 2 },
          overwrote: [],
          attempts: [],
          error_details: null,
          waiting_for: null,
          group_id: null,
          index: null,
          undoes: null,
        },
        {
          step_name: "human_review",
          waiting_for: "task",
          step_type: "human",
          status: "waiting",
          completed_at: null,
          output_data: null,
          context_changes: {},
          assigned_to: "bob",
        },
      ],
    });
  });

  test("adds up what steps have left while the instance's own row was not touched [scenario 76]", async () => {
    const id = await start("article", { input_data: { a: 1 } });
    const { executionId, attempt, instanceId } = await api.worker.claim(id, "submit");
    const dispatched = await api.store.dispatch(instanceId, {
      type: "step.succeeded",
      executionId,
      attempt,
      contextChanges: { a: 2, b: 3 },
      result: { done: true },
      edges: [0],
      continueAs: api.worker.id,
    });
    expect(dispatched).toMatchObject({ inline: { stepName: "human_review" } });
    expect(await detail(id)).toMatchObject({
      status: "running",
      current_step: "human_review",
      context_data: { a: 2, b: 3 },
      step_history: [{ output_data: { done: true } }, { status: "running" }],
    });
    const { object } = await api.get("/instances?workflow_name=article&limit=1");
    expect(object.items).toMatchObject([{ id, current_step: "human_review" }]);
  });

  test("names what one parallel branch has overwritten of the other", async () => {
    const id = await start("fork");
    await api.worker.run(id, "begin", [0, 1], { set: { both: 0 } });
    const left = await api.worker.claim(id, "left");
    const right = await api.worker.claim(id, "right");
    await api.worker.finish(left, [2], { set: { both: 1, left: 1 } });
    await api.worker.finish(right, [3], { set: { both: 2, right: 1 } });
    await api.worker.run(id, "end", [], { set: { both: 3 } });
    const { step_history: history, ...instance } = await detail(id);
    expect(instance).toMatchObject({ status: "completed", current_step: null });
    expect(instance.context_data).toEqual({ both: 3, left: 1, right: 1 });
    expect(history).toMatchObject([
      { step_name: "begin", overwrote: [] },
      { step_name: "left", overwrote: [] },
      { step_name: "right", overwrote: ["both"] },
      { step_name: "end", overwrote: [] },
    ]);
  });

  test("tells why it failed [scenario 55]", async () => {
    const id = await start("short");
    await api.worker.fail(await api.worker.claim(id, "one"), "no money");
    expect(await detail(id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("no money"),
      step_history: [{ status: "failed", error: expect.stringContaining("no money") }],
    });
  });

  test("keeps keys that have a meaning in JavaScript", async () => {
    const body = `{"definition_name":"short","input_data":{"__proto__":{"admin":true},"constructor":1}}`;
    const { id } = await api.post("/instances", body);
    const { text } = await api.get(`/instances/${id}`);
    expect(text).toContain('"context_data":{"__proto__":{"admin":true},"constructor":1}');
  });

  test.each([
    ["00000000-0000-7000-8000-000000000000", "unknown"],
    ["42", "no UUID"],
  ])("%s is not found: %s [scenarios 67, 89]", async (id) => {
    for (const path of [`/instances/${id}`, `/instances/${id}/graph`]) {
      const { status, object } = await api.get(path);
      expect(status).toBe(404);
      expect(object).toMatchObject({
        code: "INSTANCE_NOT_FOUND",
        detail: `Workflow instance ${id} not found`,
      });
    }
  });
});

describe("drawing one", () => {
  test("paints what it did and where it stands", async () => {
    const id = await start("article");
    await api.worker.run(id, "submit", [0]);
    await api.worker.askPerson(id, "human_review");
    const { status, object } = await api.get(`/instances/${id}/graph`);
    expect(status).toBe(200);
    const source = object.mermaid_source;
    expect(source).toContain("graph TD\n    submit[START: Submit]\n");
    expect(source).toContain("style submit fill:#90EE90");
    expect(source).toContain("style human_review fill:#FFD700");
    expect(source).not.toContain("style publish");
    expect(object.nodes).toHaveLength(3);
  });

  test("paints a failed step", async () => {
    const id = await start("short");
    await api.worker.fail(await api.worker.claim(id, "one"), "broken");
    const { object } = await api.get(`/instances/${id}/graph`);
    expect(object.mermaid_source).toContain("style one fill:#FFB6C1");
  });

  test("draws no Mermaid where only the data is wanted", async () => {
    const id = await start("short");
    const json = await api.get(`/instances/${id}/graph?graph_format=json`);
    expect(json.object).toMatchObject({
      mermaid_source: "",
      edges: [{ source: "one", target: "two" }],
    });
    const xml = await api.get(`/instances/${id}/graph?graph_format=xml`);
    expect([xml.status, xml.object.detail]).toEqual([404, "Unknown format: xml"]);
  });
});

describe("listing", () => {
  const list = async (query: string) => (await api.get(`/instances?${query}`)).object;

  test("pages through them, the newest first [scenarios 77, 87]", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await start("short", { tenant_id: "pages" }));
    const first = await list("tenant_id=pages&limit=2");
    expect(first).toMatchObject({ total: 5, limit: 2, offset: 0, has_more: true });
    const last = await list("tenant_id=pages&limit=2&offset=4");
    expect(last).toMatchObject({ total: 5, limit: 2, offset: 4, has_more: false });
    const all = await list("tenant_id=pages");
    expect(all).toMatchObject({ total: 5, limit: 50, has_more: false });
    expect(all.items).toMatchObject(ids.map((id) => ({ id })));
    expect(last.items).toMatchObject([{ id: ids[4] }]);
    expect(await list("tenant_id=pages&offset=99")).toMatchObject({ items: [], has_more: false });
  });

  test("every filter must hold [scenarios 77, 87]", async () => {
    const id = await start("article", { user_id: "carol", tenant_id: "t1", correlation_id: "c1" });
    await start("article", { user_id: "carol", tenant_id: "t2", correlation_id: "c2" });
    const all =
      "workflow_name=article&status=running&created_by=carol&tenant_id=t1&correlation_id=c1";
    expect(await list(all)).toMatchObject({ total: 1, items: [{ id }] });
    expect(await list(all.replace("running", "failed"))).toMatchObject({ total: 0 });
    expect(await list("created_by=carol")).toMatchObject({ total: 2 });
    expect(await list("correlation_id=c2&tenant_id=t1")).toMatchObject({ total: 0 });
  });
});

describe("canceling", () => {
  test("ends everything that is live, says why, and closes the task [scenarios 66, 90]", async () => {
    const id = await start("article");
    await api.worker.run(id, "submit", [0]);
    await api.worker.askPerson(id, "human_review");
    const canceled = await api.post(`/instances/${id}/cancel`, { reason: "not needed" });
    expect(canceled.status).toBe(200);
    expect(canceled.object).toMatchObject({ id, status: "canceled", current_step: null });
    expect(await detail(id)).toMatchObject({
      error: "Canceled: not needed",
      step_history: [{ status: "succeeded" }, { status: "canceled" }],
    });
    const tasks = await api.get(`/tasks?instance_id=${id}&status=canceled`);
    expect(tasks.json).toMatchObject([{ step_name: "human_review" }]);
  });

  const bodies: [string, RequestInit][] = [
    ["no body", {}],
    ["no body, and a type for it", { headers: { "content-type": "application/json" } }],
    ["an empty object", { headers: { "content-type": "application/json" }, body: "{}" }],
  ];
  test.each(bodies)("takes %s", async (_, init) => {
    const id = await start("short");
    const { status } = await api.send(`/instances/${id}/cancel`, { method: "POST", ...init });
    expect(status).toBe(200);
    expect(await detail(id)).toMatchObject({ error: "Canceled: User canceled" });
  });

  test("an instance that is over stays as it is [scenario 90]", async () => {
    const id = await start("short");
    await api.post(`/instances/${id}/cancel`, { reason: "first" });
    const again = await api.post(`/instances/${id}/cancel`, { reason: "second" });
    expect(again.status).toBe(409);
    expect(again.object).toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
      detail: `Workflow '${id}' is already canceled`,
    });
    expect(await detail(id)).toMatchObject({ error: "Canceled: first" });
  });

  test("what is not there cannot be canceled [scenarios 81, 89]", async () => {
    const id = "00000000-0000-7000-8000-000000000000";
    const { status, object } = await api.post(`/instances/${id}/cancel`, { reason: "x" });
    expect([status, object.detail]).toEqual([404, `Workflow instance ${id} not found`]);
  });
});
