import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { history, type Problem } from "../support/api-shapes.ts";
import { useDrover } from "../support/drover.ts";

const drover = useDrover();

const MANAGER = "manager-of-alice@example.com";

/** An approval that waits for the manager, and the manager's task. */
async function waitingApproval() {
  const { api } = drover();
  const input = { requester: "alice@example.com", amount: 2_500 };
  const { id } = await api.start("multi_level_expense_approval", input);
  return { id, task: await api.untilTask(id, "manager_approval") };
}

describe("people", () => {
  test("given a completed task, when completed again, then 409 and nothing changes [scenarios 53, 94]", async () => {
    const { api } = drover();
    const { id, task } = await waitingApproval();
    expect(await api.complete(task.id, MANAGER, { decision: "approve" })).toMatchObject({
      status: 200,
      body: { id },
    });
    const again = { decision: "reject", comments: "On second thoughts" };
    expect(await api.complete(task.id, MANAGER, again)).toMatchObject({
      status: 409,
      body: {
        code: "TASK_ALREADY_COMPLETED",
        detail: `Task '${task.id}' is already completed`,
      },
    });
    const { context_data } = await api.untilStatus(id, "completed");
    expect(context_data).toMatchObject({ status: "approved" });
    expect(context_data).not.toHaveProperty("comments");
  });

  test("given an assignee, when somebody else completes, then 403 and it stays open [scenario 94]", async () => {
    const { api } = drover();
    const { task } = await waitingApproval();
    const answer = await api.complete(task.id, "eve@example.com", { decision: "approve" });
    expect(answer).toMatchObject({ status: 403, body: { code: "TASK_UNAUTHORIZED" } });
    expect(await api.task(task.id)).toMatchObject({ status: "pending", completed_by: null });
  });

  test("given another assignee, when the first completes, then 403; the new one may [scenario 93]", async () => {
    const { api } = drover();
    const { id, task } = await waitingApproval();
    const reassigned = await api.request("POST", `/tasks/${task.id}/reassign`, {
      new_assignee: "dora@example.com",
      reason: "On leave",
    });
    expect(reassigned).toMatchObject({ status: 200, body: { assignee: "dora@example.com" } });
    const form = { decision: "approve" };
    expect((await api.complete(task.id, MANAGER, form)).status).toBe(403);
    expect((await api.complete(task.id, "dora@example.com", form)).status).toBe(200);
    await api.untilStatus(id, "completed");
  });

  test.each([
    { form: {}, paths: ["/decision"] },
    { form: { decision: "perhaps" }, paths: ["/decision"] },
    { form: { decision: "reject" }, paths: ["/comments"] },
    { form: { decision: "approve", cost_center: "4711" }, paths: ["/cost_center"] },
    { form: { decision: 1, cost_center: "4711" }, paths: ["/cost_center", "/decision"] },
  ])("given the form $form, then 422 names $paths [scenarios 94, G14]", async ({ form, paths }) => {
    const { api } = drover();
    const { task } = await waitingApproval();
    const answer = await api.complete(task.id, MANAGER, form);
    expect(answer).toMatchObject({ status: 422, body: { code: "FORM_INVALID" } });
    const named = new Set(answer.body.errors?.map(({ path }) => path));
    expect([...named]).toEqual(expect.arrayContaining(paths));
    expect(await api.task(task.id)).toMatchObject({ status: "pending" });
  });
});

describe("an input schema", () => {
  test("given a wrong input, when started, then 422 names each field and nothing starts", async () => {
    const { api } = drover();
    const list = () => api.request("GET", "/instances?workflow_name=payment_with_callback");
    const before = await list();
    expect(before.status).toBe(200);
    const wrong = { definition_name: "payment_with_callback", input_data: { amount: "12" } };
    const answer = await api.request<Problem>("POST", "/instances", wrong);
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(answer.body.errors?.map(({ path }) => path)).toEqual(["/order_id", "/amount"]);
    const right = { ...wrong, input_data: { order_id: "A1", amount: 12 } };
    const batch = await api.request<Problem>("POST", "/instances/batch", {
      instances: [right, wrong],
    });
    expect(batch).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(batch.body.errors?.map(({ path }) => path)).toEqual([
      "instances.1.input_data/order_id",
      "instances.1.input_data/amount",
    ]);
    expect(await list()).toEqual(before);
  });

  test("given a definition, when read, then clients see what to send", async () => {
    const path = "/definitions/payment_with_callback";
    expect(await drover().api.request("GET", path)).toMatchObject({
      body: { input_schema: { type: "object", required: ["order_id", "amount"] } },
    });
    expect(await drover().api.request("GET", "/definitions/expense_approval")).toMatchObject({
      body: { input_schema: null },
    });
  });
});

describe("canceling", () => {
  test("given an open task, when the instance is canceled, then the task is, too [scenarios 66, 90]", async () => {
    const { api } = drover();
    const { id, task } = await waitingApproval();
    expect(await api.cancel(id, "No longer needed")).toMatchObject({
      status: 200,
      body: { id, status: "canceled" },
    });
    const canceled = await api.get(id);
    expect(canceled.error).toBe("Canceled: No longer needed");
    expect(canceled.completed_at).not.toBe(null);
    expect(history(canceled)).toEqual([
      "submit_expense succeeded",
      "amount_router succeeded",
      "manager_approval canceled",
    ]);
    expect(await api.task(task.id)).toMatchObject({ status: "canceled" });
    expect(await api.tasks({ instance_id: id })).toEqual([]);
    expect(await api.complete(task.id, MANAGER, { decision: "approve" })).toMatchObject({
      status: 409,
      body: { detail: `Task '${task.id}' is already canceled` },
    });
  });

  test("given a canceled instance, when canceled again, then 409 [scenario 90]", async () => {
    const { api } = drover();
    const { id } = await waitingApproval();
    await api.cancel(id, "Once");
    expect(await api.cancel(id, "Twice")).toMatchObject({
      status: 409,
      body: { code: "WORKFLOW_ALREADY_COMPLETED" },
    });
    expect((await api.get(id)).error).toBe("Canceled: Once");
  });

  test("given a timer and a callback, when canceled, then neither comes through", async () => {
    const { api, rows } = drover();
    const timer = await api.start("reminder", { message: "Tea", delay_seconds: 3_600 });
    const payment = await api.start("payment_with_callback", { order_id: "A1", amount: 1 });
    for (const { id } of [timer, payment]) {
      await api.untilStatus(id, "waiting");
      expect((await api.cancel(id, "Changed my mind")).status).toBe(200);
    }
    expect(await rows.openTimers()).toBe(0);
    const answer = await api.callBack(`payment-${payment.id}`, { status: "succeeded" });
    expect(answer.status).toBe(409);
    expect(history(await api.get(payment.id))).toEqual([
      "start_payment succeeded",
      "payment_callback canceled",
    ]);
  });
});

describe("what is not there", () => {
  test("given an unknown workflow or version, when started, then 404", async () => {
    const { api } = drover();
    const start = (body: object) => api.request("POST", "/instances", body);
    expect(await start({ definition_name: "nonexistent" })).toMatchObject({
      status: 404,
      body: { detail: "Workflow 'nonexistent' not found" },
    });
    expect(await start({ definition_name: "reminder", version: "9.9.9" })).toMatchObject({
      status: 404,
      body: { code: "WORKFLOW_NOT_FOUND" },
    });
  });

  test.each([`/instances/${randomUUID()}`, "/instances/nobody", `/tasks/${randomUUID()}`])(
    "given %s, when read, then 404",
    async (path) => {
      expect(await drover().api.request("GET", path)).toMatchObject({ status: 404 });
    },
  );

  test("given unknown ids, when acted upon, then 404 [scenarios 81, 89]", async () => {
    const { api } = drover();
    const unknown = randomUUID();
    expect((await api.complete(unknown, "bob@example.com", {})).status).toBe(404);
    expect((await api.cancel(unknown, "Never was")).status).toBe(404);
  });
});
