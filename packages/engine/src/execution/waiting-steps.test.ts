import { describe, expect, test } from "vitest";
import { HumanStep } from "../definition/human-step.ts";
import { TimerStep } from "../definition/timer-step.ts";
import { WebhookStep } from "../definition/webhook-step.ts";
import { NOW, running } from "../testing/running.ts";

describe("a human step", () => {
  const step = new HumanStep<{ boss: string; approved: boolean }>({
    assigneeKey: "boss",
    formSchema: { type: "object" },
    getAssigneeGroup: () => "managers",
    getDueDate: () => ({ days: 2 }),
    getReminderDate: () => new Date(0),
    execute: (context) => context.set("approved", true),
  });

  test("first asks for its task", async () => {
    const outcome = await running(step, {
      data: { boss: "bob@example.com" },
    });
    expect(outcome).toEqual({
      type: "waiting",
      contextChanges: {},
      wait: {
        kind: "task",
        title: "Step",
        description: null,
        formSchema: { type: "object" },
        assigneeId: "bob@example.com",
        assigneeGroup: "managers",
        dueAt: new Date(Date.UTC(2026, 5, 3)),
        reminderAt: new Date(0),
      },
    });
  });

  test("runs its execute once the task is completed", async () => {
    const outcome = await running(step, { resumed: true });
    expect(outcome).toMatchObject({ type: "succeeded", contextChanges: { approved: true } });
  });

  test("returns the form's data unless it does something else", async () => {
    const submission = { decision: "approve" };
    const outcome = await running(new HumanStep(), { resumed: true, submission });
    expect(outcome).toMatchObject({ type: "succeeded", result: submission });
  });

  test("that may not execute makes no task", async () => {
    const guarded = new HumanStep({ canExecute: () => false });
    expect(await running(guarded)).toMatchObject({ type: "skipped" });
  });

  test("fails in words when its due date is no date", async () => {
    const outcome = await running(new HumanStep({ getDueDate: () => new Date("soon") }));
    expect(outcome).toMatchObject({
      error: { message: "Step 'step' has a due date that is no date" },
    });
  });

  test("fails in words when its task would not fit", async () => {
    const outcome = await running(new HumanStep({ title: "x".repeat(501) }));
    expect(outcome).toMatchObject({
      error: { message: "Step 'step' has a title of more than 500 characters" },
    });
  });
});

describe("a timer step", () => {
  test("waits until its duration is over [scenario 46]", async () => {
    const outcome = await running(new TimerStep({ duration: { minutes: 1, seconds: 30 } }));
    expect(outcome).toMatchObject({
      type: "waiting",
      wait: { kind: "timer", fireAt: new Date(NOW.getTime() + 90_000) },
    });
  });

  test.each([[0], [-5], [() => ({ days: -1 })]])(
    "goes on at once for %s [scenario 46]",
    async (duration) => {
      expect(await running(new TimerStep({ duration }))).toMatchObject({ type: "succeeded" });
    },
  );

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [8.64e15]])(
    "fails in words for %s",
    async (duration) => {
      expect(await running(new TimerStep({ duration }))).toMatchObject({
        type: "failed",
        error: { type: "RangeError" },
      });
    },
  );

  test("without a duration fails in words", async () => {
    expect(await running(new TimerStep({ name: "step" }))).toMatchObject({
      error: { message: "Step 'step' needs a duration or getDuration()" },
    });
  });
});

describe("a webhook step", () => {
  test("waits for its token, of which only the hash goes on [scenario 47]", async () => {
    const step = new WebhookStep({ getCallbackToken: () => "payment-1" });
    expect(await running(step)).toMatchObject({
      type: "waiting",
      wait: { kind: "callback", tokenHash: "hash of payment-1", callbackKey: "webhook_data" },
    });
  });

  test("takes its execution's id where it has no token of its own", async () => {
    expect(await running(new WebhookStep())).toMatchObject({
      wait: { tokenHash: "hash of execution-1" },
    });
  });

  test("fails in words for an empty token", async () => {
    expect(await running(new WebhookStep({ getCallbackToken: () => "" }))).toMatchObject({
      error: { message: "Step 'step' must have a callback token that is not empty" },
    });
  });
});
