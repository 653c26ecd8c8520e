import { newId } from "@drover/db";
import type { JsonObject, TaskRequest } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(inject("databaseUrl"));
  await api.worker.register(aStructure(["human_review -> publish"], { name: "article" }));
});
afterAll(() => api.close());

/** The id of the task of a new instance. */
async function asked(task: Partial<TaskRequest>): Promise<string> {
  return (await waiting(task)).task;
}

/** A new instance that waits for a person. */
async function waiting(
  request: Partial<TaskRequest>,
  more: JsonObject = {},
): Promise<{ instance: string; task: string }> {
  const { id: instance } = await api.post("/instances", { definition_name: "article", ...more });
  await api.worker.askPerson(instance, "human_review", request);
  const [task = ""] = await ids(`instance_id=${instance}`);
  return { instance, task };
}

async function ids(query: string): Promise<string[]> {
  const { status, json } = await api.get(`/tasks?${query}`);
  expect(status).toBe(200);
  return (json as { id: string }[]).map(({ id }) => id);
}

describe("instances", () => {
  test("a status that is none is refused, with those that there are [scenario 87]", async () => {
    const { status, object } = await api.get("/instances?status=sleeping&offset=1");
    expect(status).toBe(400);
    expect(object.errors).toMatchObject([
      { path: "status", message: expect.stringContaining("running") },
    ]);
  });

  test("status and offset count without a workflow's name too [scenario 87]", async () => {
    const started = [];
    for (let n = 0; n < 3; n += 1) {
      const { id } = await api.post("/instances", { definition_name: "article" });
      started.unshift(id);
      await api.post(`/instances/${id}/cancel`);
    }
    await api.post("/instances", { definition_name: "article" });
    const { object } = await api.get("/instances?status=canceled&offset=1&limit=1");
    expect(object).toMatchObject({ total: 3, offset: 1, items: [{ id: started[1] }] });
  });

  test("whatever is done to one that is not there is 404 [scenario 89]", async () => {
    const id = newId();
    const answers = await Promise.all([
      api.get(`/instances/${id}`),
      api.get(`/instances/${id}/graph`),
      api.post(`/instances/${id}/cancel`, { reason: "x" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});

describe("tasks", () => {
  test("overdue ones come first, and every filter must hold [scenario 79]", async () => {
    const overdue = new Date("2020-01-01T00:00:00Z");
    const group = { assigneeGroup: "editors" };
    const anns = await asked({ ...group, assigneeId: "ann" });
    const nobodys = await asked({ ...group, dueAt: new Date("2040-01-01T00:00:00Z") });
    const late = await asked({ ...group, assigneeId: "ann", dueAt: overdue });
    const bobs = await asked({ ...group, assigneeId: "bob" });
    const others = await asked({ assigneeGroup: "printers", assigneeId: "ann" });
    expect(await ids("assignee_group=editors")).toEqual([late, nobodys, anns, bobs]);
    expect(await ids("assignee_id=ann&assignee_group=editors")).toEqual([late, nobodys, anns]);
    expect(await ids("assignee_id=bob")).toEqual([nobodys, bobs]);
    expect(await ids("assignee_group=printers")).toEqual([others]);
  });

  test("those of instances with a correlation id are found by it", async () => {
    const { task } = await waiting({ assigneeId: "zoe" }, { correlation_id: "batch-7" });
    await waiting({ assigneeId: "zoe" }, { correlation_id: "batch-8" });
    expect(await ids("correlation_id=batch-7")).toEqual([task]);
    expect(await ids("correlation_id=batch-9")).toEqual([]);
  });

  test("one that was completed says by whom and when; one canceled is so [scenario 79]", async () => {
    const done = await asked({});
    const { instance, task: dropped } = await waiting({});
    await api.post(`/tasks/${done}/complete`, { output_data: {}, completed_by: "ann" });
    await api.post(`/instances/${instance}/cancel`);
    expect((await api.get(`/tasks/${done}`)).object).toMatchObject({
      status: "completed",
      completed_by: "ann",
      completed_at: expect.stringMatching(/Z$/),
    });
    expect((await api.get(`/tasks/${dropped}`)).object).toMatchObject({
      status: "canceled",
      completed_by: null,
      completed_at: null,
    });
  });
});
