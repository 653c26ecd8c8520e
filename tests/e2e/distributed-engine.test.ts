import { randomUUID } from "node:crypto";
import { connect, type ConnectedEngine } from "@drover/distributed";
import { FormInvalidError } from "@drover/forms";
import {
  asId,
  type InstanceId,
  type InstanceView,
  MachineStep,
  WorkflowContext,
} from "@drover/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

// No API runs here: programs speak to Postgres and the queue themselves.
const drover = useDrover({
  apis: 0,
  workflows: [EXAMPLES, testWorkflows("steered-work"), testWorkflows("signaled-work")],
});

let connected: ConnectedEngine;
beforeAll(() => {
  connected = connect(drover().connection);
});
afterAll(() => connected.close());

function until(id: InstanceId, status: InstanceView["status"]): Promise<InstanceView> {
  return eventually(`instance ${id} is ${status}`, async () => {
    const instance = await connected.engine.getInstance(id);
    return instance.status === status && instance;
  });
}

describe("starting", () => {
  test("given a workflow, when started, then workers run it and its end can be seen", async () => {
    const { engine } = connected;
    const options = { userId: "ann", tenantId: "t", metadata: { source: "shop" } };
    const { id, ...started } = await engine.start(
      "purchase",
      { amount: 5, limit: 10 },
      { ...options, correlationId: "c", version: "1.0.0" },
    );
    expect(started).toMatchObject({
      workflowName: "purchase",
      metadata: { source: "shop", workflow_name: "purchase", workflow_version: "1.0.0" },
      parentId: null,
    });
    const done = await until(id, "completed");
    expect(done).toMatchObject({ output: { receipt: { charged: 5 } }, currentStep: null });
    expect(done.history).toMatchObject([
      { stepName: "check", status: "succeeded", failedTries: 0, groupId: null },
      { stepName: "charge", result: { charged: 5 } },
      { stepName: "receipt" },
    ]);
    const all = await engine.getAllInstances();
    expect(all.map((each) => each.id)).toContain(id);
    const live = await engine.getRunningInstances();
    expect(live.map((each) => each.id)).not.toContain(id);
  });

  test("given a key, when started twice, then it is the same instance", async () => {
    const { engine } = connected;
    const start = (amount: number) =>
      engine.start("purchase", { amount, limit: 10 }, { idempotencyKey: "order-7" });
    expect((await start(1)).id).toBe((await start(1)).id);
    await expect(start(2)).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });

  test("what cannot be started is refused in the documents' words", async () => {
    const { engine } = connected;
    await expect(engine.start("nothing")).rejects.toThrow("Workflow 'nothing' not found");
    await expect(engine.start("purchase", {}, { version: "9.0.0" })).rejects.toThrow(
      "Workflow 'purchase' version '9.0.0' not found. Available versions: 1.0.0",
    );
    const wrong = engine.start("payment_with_callback", { amount: "five" });
    await expect(wrong).rejects.toMatchObject({
      name: "InputInvalidError",
      message: expect.stringContaining("/amount"),
    });
  });
});

describe("steering", () => {
  test("given a failed instance, when retried, then it completes; another is not failed", async () => {
    const { engine } = connected;
    const { id } = await engine.start("purchase", { amount: 50, limit: 10 });
    const failed = await until(id, "failed");
    expect(failed.history.at(-1)?.error).toMatchObject({ type: "RangeError" });
    await expect(engine.retry(id, { fromStep: "nowhere" })).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
    });
    await engine.retry(id, { contextPatch: { limit: 60 } });
    await until(id, "completed");
    await expect(engine.retry(id)).rejects.toMatchObject({ code: "INSTANCE_NOT_FAILED" });
    await expect(engine.cancel(id, "late")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });

  test("given a waiting instance, when paused, resumed, skipped and scheduled, then it does so", async () => {
    const { engine } = connected;
    const { id } = await engine.start("optional_review");
    await until(id, "waiting");
    expect(await engine.pause(id)).toMatchObject({ status: "paused" });
    expect(await engine.resume(id)).toMatchObject({ status: "waiting", currentStep: "review" });
    await expect(engine.resume(id)).rejects.toMatchObject({ code: "INSTANCE_NOT_PAUSED" });
    await engine.scheduleStep(id, "publish", { milliseconds: 10 });
    await eventually("the step has run besides", async () => {
      const { history } = await engine.getInstance(id);
      return history.some(
        ({ stepName, status }) => stepName === "publish" && status === "succeeded",
      );
    });
    await expect(engine.skip(id, "draft")).rejects.toMatchObject({ code: "STEP_NOT_LIVE" });
    await expect(engine.scheduleStep(id, "nowhere")).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
    });
  });

  test("given a step that waits for a signal, when it is sent twice, then it counts once", async () => {
    const { engine } = connected;
    const { id } = await engine.start("awaits_two");
    await until(id, "waiting");
    await engine.signal(id, "go", "a", { id: "1" });
    await engine.signal(id, "go", "a", { id: "1" });
    await eventually("the second step waits", async () => {
      const last = (await engine.getInstance(id)).history.at(-1);
      return last?.stepName === "second" && last.status === "waiting";
    });
    await engine.signal(id, "go", "b");
    expect((await until(id, "completed")).output).toBe("b");
    await expect(engine.signal(id, "go")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });
});

describe("people", () => {
  test("given an open task, when completed by the right person with the right form, then the flow goes on", async () => {
    const { engine } = connected;
    const input = { requester_id: "ann@example.com", amount: 250, description: "Conference" };
    const { id } = await engine.start("expense_approval", input);
    await until(id, "waiting");
    const task = (await engine.getPendingTasks()).find(({ instanceId }) => instanceId === id);
    expect(task).toMatchObject({ stepName: "manager_approval", status: "pending" });

    const complete = (step: string, data: Record<string, boolean | number>) =>
      engine.completeHumanTask(id, step, "bob@example.com", data, "Enjoy");
    await expect(complete("nowhere", {})).rejects.toThrow(
      `Instance '${id}' is waiting at step 'manager_approval', not 'nowhere'`,
    );
    await expect(complete("manager_approval", { approved: 5 })).rejects.toThrow(FormInvalidError);
    await complete("manager_approval", { approved: true });
    const done = await until(id, "completed");
    expect(done.context).toMatchObject({ approved: true });
    await expect(complete("manager_approval", { approved: true })).rejects.toThrow(
      `Instance '${id}' is not waiting (status: completed)`,
    );
  });
});

test("an instance that is not there is not found [scenario 67]", async () => {
  const { engine } = connected;
  const id = asId<InstanceId>(randomUUID());
  const message = `Workflow instance '${id}' not found`;
  for (const call of [
    () => engine.getInstance(id),
    () => engine.cancel(id, "why"),
    () => engine.pause(id),
    () => engine.skip(id, "one"),
    () => engine.signal(id, "go"),
    () => engine.scheduleStep(id, "one"),
    () => engine.completeHumanTask(id, "one", "bob", {}),
  ]) {
    await expect(call()).rejects.toThrow(message);
  }
});

test("a step can be run by itself", async () => {
  const step = new MachineStep({ name: "pay", execute: (context) => context.get("amount") });
  const context = new WorkflowContext({ data: { amount: 5 } });
  expect(await connected.engine.executeStep(step, context)).toBe(5);
});
