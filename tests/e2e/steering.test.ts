import { expect, test } from "vitest";
import { type BulkResult, history } from "../support/api-shapes.ts";
import { HELD_WORK, testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";

const drover = useDrover({ workflows: [HELD_WORK, testWorkflows("steered-work")] });

/** Milliseconds that running code gets to hear of a cancel: a heartbeat, and some for the way. */
const SOON = 2_000;

/** The instance once its step is in the middle of its work. */
async function startHeld(journal: Journal): Promise<string> {
  const { id } = await drover().api.start("held_work", { directory: journal.directory });
  await eventually("the step is at work", () =>
    journal.entriesOf(id, "started").some(({ step }) => step === "hold"),
  );
  return id;
}

test("given a running step, when the instance is paused, then it ends and nothing new starts until resumed", async () => {
  const { api } = drover();
  using journal = new Journal();
  const id = await startHeld(journal);
  expect(await api.act(id, "pause")).toMatchObject({ status: 200, body: { status: "paused" } });
  journal.openGate();
  const paused = await eventually("the step has ended", async () => {
    const instance = await api.get(id);
    return instance.step_history.some(({ status }) => status === "pending") && instance;
  });
  expect(paused.status).toBe("paused");
  expect(history(paused)).toEqual(["prepare succeeded", "hold succeeded", "finish pending"]);
  expect(await api.act(id, "resume")).toMatchObject({ status: 200, body: { status: "running" } });
  await api.untilStatus(id, "completed");
  expect(journal.entriesOf(id, "ended").map(({ step }) => step)).toEqual([
    "prepare",
    "hold",
    "finish",
  ]);
});

test("given a timer that falls due during a pause, when resumed, then the flow goes on at once", async () => {
  const { api, rows } = drover();
  const { id } = await api.start("timed_work", {});
  await api.untilStatus(id, "waiting");
  await api.act(id, "pause");
  await eventually("the timer has fired", async () => (await rows.openTimers()) === 0);
  const paused = await api.get(id);
  expect(paused.status).toBe("paused");
  expect(history(paused)).toEqual(["wait pending"]);
  await api.act(id, "resume");
  const done = await api.untilStatus(id, "completed");
  expect(done.context_data).toMatchObject({ trail: ["finish"] });
});

test("given running code, when the instance is canceled, then the code hears of it within two seconds [scenario 66]", async () => {
  const { api } = drover();
  using journal = new Journal();
  const id = await startHeld(journal);
  await api.cancel(id, "Not needed any more");
  await eventually("the code has stopped", () => journal.entriesOf(id, "aborted").length > 0, SOON);
});

test("given a failed instance, when retried, then it goes on at the failed step with the patched context [scenario 91]", async () => {
  const { api } = drover();
  const { id } = await api.start("purchase", { amount: 50, limit: 10 });
  const failed = await api.untilStatus(id, "failed");
  expect(failed).toMatchObject({ error: expect.stringContaining("over the limit"), output: null });
  expect(failed.step_history.at(-1)?.error_details).toMatchObject({ type: "RangeError" });

  await api.act(id, "retry", { context_patch: { limit: 100 } });
  const done = await api.untilStatus(id, "completed");
  expect(done).toMatchObject({
    error: null,
    output: { receipt: { charged: 50 } },
    context_data: { limit: 100, trail: ["check"] },
  });
  expect(history(done)).toEqual([
    "check succeeded",
    "charge failed",
    "charge succeeded",
    "receipt succeeded",
  ]);
  expect(await api.act(id, "retry")).toMatchObject({
    status: 409,
    body: { code: "INSTANCE_NOT_FAILED" },
  });
});

test("given a failed instance, when retried from a step, then it runs again from there [scenario G10]", async () => {
  const { api } = drover();
  const { id } = await api.start("purchase", { amount: 50, limit: 10 });
  await api.untilStatus(id, "failed");
  await api.act(id, "retry", { from_step: "check", context_patch: { amount: 5 } });
  const done = await api.untilStatus(id, "completed");
  expect(done.context_data).toMatchObject({ trail: ["check", "check"] });
});

test("given a step with a retry policy, when it fails twice, then the third try completes it [scenario 65]", async () => {
  const { api } = drover();
  const { id } = await api.start("third_time", {});
  const done = await api.untilStatus(id, "completed");
  expect(done.output).toBe(3);
  expect(done.step_history).toMatchObject([
    {
      status: "succeeded",
      attempts: [
        { number: 1, error: "try 1 failed" },
        { number: 2, error: "try 2 failed" },
      ],
    },
  ]);
});

test("given a person who is not needed, when the step is skipped, then its task is closed and the flow goes on", async () => {
  const { api } = drover();
  const { id } = await api.start("optional_review", {});
  const task = await api.untilTask(id, "review");
  await api.act(id, "steps/review/skip");
  const done = await api.untilStatus(id, "completed");
  expect(history(done)).toEqual([
    "draft succeeded",
    "review skipped",
    "publish succeeded",
    "announce succeeded",
  ]);
  expect((await api.task(task.id)).status).toBe("canceled");
});

test("given a waiting instance, when a step is scheduled with a delay, then it runs besides, not earlier [scenario 69]", async () => {
  const { api } = drover();
  const { id } = await api.start("optional_review", {});
  const task = await api.untilTask(id, "review");
  const asked = Date.now();
  await api.act(id, "steps/publish/schedule", { delay: "PT1S" });
  const ran = await eventually("the step has run", async () =>
    (await api.get(id)).step_history.find(
      ({ step_name: name, status }) => name === "publish" && status === "succeeded",
    ),
  );
  expect(Date.parse(ran.started_at ?? "")).toBeGreaterThanOrEqual(asked + 1_000);
  expect((await api.task(task.id)).status).toBe("pending");
});

test("given many instances, when paused in bulk, then a dry run says which and the limit holds", async () => {
  const { api } = drover();
  const started = await api.startMany(
    "optional_review",
    Array.from({ length: 5 }, (_, n) => ({ n })),
  );
  const ids = started.map(({ id }) => id);
  for (const id of ids) await api.untilTask(id, "review");
  const after = (await api.get(ids[0] ?? "")).started_at;
  const order = {
    action: "pause",
    filter: { workflow_name: "optional_review", status: "waiting", started_after: after },
    limit: 3,
  };
  const bulk = async (more: object) =>
    (await api.request<BulkResult>("POST", "/instances/bulk", { ...order, ...more })).body;
  const dry = await bulk({ dry_run: true });
  expect(dry).toMatchObject({ matched: 5, processed: 0, has_more: true });
  expect(dry.instance_ids).toEqual(ids.slice(0, 3));
  expect(await bulk({})).toMatchObject({ matched: 5, processed: 3, succeeded: 3, has_more: true });
  expect(await bulk({})).toMatchObject({ matched: 2, succeeded: 2, has_more: false });
  const filter = { workflow_name: "optional_review", started_after: after };
  const canceled = await bulk({ action: "cancel", filter, limit: 10, reason: "Enough" });
  expect(canceled).toMatchObject({ matched: 5, succeeded: 5, failed: 0, errors: [] });
  expect(await api.get(ids[4] ?? "")).toMatchObject({ error: "Canceled: Enough" });
});
