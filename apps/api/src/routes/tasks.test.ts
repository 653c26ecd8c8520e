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

const form: JsonObject = {
  type: "object",
  properties: { approved: { type: "boolean" }, comments: { type: "string" } },
  required: ["approved"],
  if: { properties: { approved: { const: false } } },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word
  then: { required: ["comments"] },
};

/** An instance that waits for a person. */
async function asked(task: Partial<TaskRequest> = {}): Promise<{ instance: string; task: string }> {
  const { id } = await api.post("/instances", { definition_name: "article" });
  await api.worker.askPerson(id, "human_review", task);
  const { json } = await api.get(`/tasks?instance_id=${id}`);
  const [found] = json as { id: string }[];
  return { instance: id, task: found?.id ?? "" };
}

const complete = (task: string, body: unknown) => api.post(`/tasks/${task}/complete`, body);
const approval = { output_data: { approved: true }, completed_by: "bob" };

describe("completing", () => {
  test("takes the form, answers with the instance, and lets the flow go on [scenario 94]", async () => {
    const { instance, task } = await asked({ formSchema: form, assigneeId: "bob" });
    const { status, object } = await complete(task, { ...approval, comment: "fine" });
    expect(status).toBe(200);
    expect(object).toMatchObject({ id: instance, status: "running", current_step: "human_review" });
    const read = await api.get(`/tasks/${task}`);
    expect(read.object).toMatchObject({
      status: "completed",
      completed_by: "bob",
      completed_at: expect.stringMatching(/Z$/),
      comment: "fine",
      output_data: { approved: true },
    });
    const detail = await api.get(`/instances/${instance}`);
    expect(detail.object).toMatchObject({
      context_data: { approved: true },
      step_history: [{ step_name: "human_review", status: "scheduled", completed_by: "bob" }],
    });
    const step = await api.worker.claim(instance, "human_review");
    expect(step.resumption).toMatchObject({ kind: "task", data: { approved: true } });
  });

  test("lists every wrong field of the form, and writes nothing [scenarios 94, G14]", async () => {
    const { task } = await asked({ formSchema: form });
    const before = await api.rows();
    const wrong = await complete(task, { ...approval, output_data: { approved: 1, comments: 2 } });
    expect(wrong.status).toBe(422);
    expect(wrong.object).toMatchObject({
      code: "FORM_INVALID",
      errors: [
        { path: "/approved", message: "must be boolean" },
        { path: "/comments", message: "must be string" },
      ],
    });
    const conditional = await complete(task, { ...approval, output_data: { approved: false } });
    expect(conditional.object.errors).toEqual([{ path: "/comments", message: "is required" }]);
    expect(await api.rows()).toEqual(before);
    expect((await api.get(`/tasks/${task}`)).object.status).toBe("pending");
    expect((await complete(task, approval)).status).toBe(200);
  });

  test("is for the assignee alone [scenario 94]", async () => {
    const { task } = await asked({ assigneeId: "alice", formSchema: form });
    const { status, object } = await complete(task, { ...approval, output_data: {} });
    expect(status).toBe(403);
    expect(object).toMatchObject({
      code: "TASK_UNAUTHORIZED",
      detail: `User 'bob' is not authorized to complete task '${task}'`,
    });
    expect((await complete(task, { ...approval, completed_by: "alice" })).status).toBe(200);
  });

  test("happens once, however many try [scenarios 94, G3]", async () => {
    const { instance, task } = await asked();
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((who) => complete(task, { ...approval, completed_by: who })),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    for (const { status, object } of answers.filter((answer) => answer.status !== 200)) {
      expect(status).toBe(409);
      expect(object.detail).toBe(`Task '${task}' is already completed`);
    }
    await api.worker.claim(instance, "human_review");
  });

  test("comes too late when the instance was canceled [scenario 53]", async () => {
    const { instance, task } = await asked();
    await api.post(`/instances/${instance}/cancel`);
    const { status, object } = await complete(task, approval);
    expect([status, object.detail]).toEqual([409, `Task '${task}' is already canceled`]);
  });

  const malformed: [string, unknown, string][] = [
    ["no data", { completed_by: "bob" }, "output_data"],
    ["a list for data", { ...approval, output_data: [] }, "output_data"],
    ["nobody", { output_data: {} }, "completed_by"],
    ["an empty name", { ...approval, completed_by: "" }, "completed_by"],
    ["a field too many", { ...approval, extra: 1 }, "extra"],
  ];
  test.each(malformed)("needs more than %s", async (_, body, path) => {
    const { task } = await asked();
    const { status, object } = await complete(task, body);
    expect(status).toBe(400);
    expect(object.detail).toBe(`Validation failed for POST /workflows/tasks/${task}/complete`);
    expect(object.errors).toMatchObject([{ path }]);
  });
});

describe("reassigning", () => {
  test("lets somebody else complete it [scenario 93]", async () => {
    const { instance, task } = await asked({ assigneeId: "alice" });
    const { status, object } = await api.post(`/tasks/${task}/reassign`, {
      new_assignee: "bob",
      reason: "alice is away",
    });
    expect(status).toBe(200);
    expect(object).toMatchObject({ id: task, assignee: "bob", status: "pending" });
    expect((await api.get(`/tasks/${task}`)).object.assignee).toBe("bob");
    const detail = await api.get(`/instances/${instance}`);
    expect(detail.object.step_history).toMatchObject([{ assigned_to: "bob" }]);
    expect((await complete(task, { ...approval, completed_by: "alice" })).status).toBe(403);
    expect((await complete(task, approval)).status).toBe(200);
    const late = await api.post(`/tasks/${task}/reassign`, { new_assignee: "carol" });
    expect(late.status).toBe(409);
  });

  test.each([{}, { new_assignee: "" }, { new_assignee: null }])(
    "needs a name: %j",
    async (body) => {
      const { task } = await asked();
      const { status, object } = await api.post(`/tasks/${task}/reassign`, body);
      expect(status).toBe(400);
      expect(object.errors).toMatchObject([{ path: "new_assignee" }]);
    },
  );
});

test.each(["00000000-0000-7000-8000-000000000000", "not-a-uuid"])(
  "%s is no task [scenarios 81, 89]",
  async (id) => {
    const answers = await Promise.all([
      api.get(`/tasks/${id}`),
      complete(id, approval),
      api.post(`/tasks/${id}/reassign`, { new_assignee: "bob" }),
    ]);
    for (const { status, object } of answers) {
      expect(status).toBe(404);
      expect(object).toMatchObject({ code: "TASK_NOT_FOUND", detail: `Task ${id} not found` });
    }
  },
);

describe("listing", () => {
  test("shows all there is to know of a task [scenarios 92, 93]", async () => {
    const dueAt = new Date("2030-01-02T03:04:05.678Z");
    const { instance, task } = await asked({
      title: "Review it",
      description: "Carefully",
      formSchema: form,
      assigneeId: "dora",
      assigneeGroup: "legal",
      dueAt,
      reminderAt: new Date("2030-01-01T00:00:00Z"),
    });
    const { json } = await api.get("/tasks?assignee_id=dora&assignee_group=legal");
    expect(json).toContainEqual({
      id: task,
      instance_id: instance,
      step_execution_id: expect.stringMatching(/-/),
      step_name: "human_review",
      workflow_name: "article",
      title: "Review it",
      description: "Carefully",
      assignee: "dora",
      assignee_group: "legal",
      status: "pending",
      due_date: "2030-01-02T03:04:05.678Z",
      reminder_date: "2030-01-01T00:00:00.000Z",
      created_at: expect.stringMatching(/Z$/),
      form_schema: form,
      completed_at: null,
      completed_by: null,
      comment: null,
      output_data: null,
    });
  });

  test("people see their own tasks and those of nobody, the most urgent first [scenarios 79, 92]", async () => {
    const soon = new Date("2031-01-01T00:00:00Z");
    const late = new Date("2032-01-01T00:00:00Z");
    const group = { assigneeGroup: "vets" };
    const undated = await asked({ ...group, assigneeId: "eve" });
    const dueLate = await asked({ ...group, assigneeId: null, dueAt: late });
    const dueSoon = await asked({ ...group, assigneeId: "eve", dueAt: soon });
    await asked({ ...group, assigneeId: "frank" });
    const { json, headers } = await api.get(
      "/tasks?assignee_id=eve&assignee_group=vets&limit=1000",
    );
    const vets = (json as { id: string; assignee_group: string | null }[]).filter(
      (task) => task.assignee_group === "vets",
    );
    expect(vets.map(({ id }) => id)).toEqual([dueSoon.task, dueLate.task, undated.task]);
    expect(Number(headers.get("x-total-count"))).toBe((json as unknown[]).length);
    const page = await api.get("/tasks?assignee_group=vets&limit=1&offset=1");
    expect(page.json).toHaveLength(1);
    expect(Number(page.headers.get("x-total-count"))).toBeGreaterThan(3);
  });

  test("shows pending ones unless others are wanted [scenario 92]", async () => {
    const { instance, task } = await asked();
    await complete(task, approval);
    expect((await api.get(`/tasks?instance_id=${instance}`)).json).toEqual([]);
    const done = await api.get(`/tasks?instance_id=${instance}&status=completed`);
    expect(done.json).toMatchObject([{ id: task, completed_by: "bob" }]);
  });
});
