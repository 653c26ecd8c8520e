import { describe, expect, test } from "vitest";
import { HumanStep } from "../definition/human-step.ts";
import { TimerStep, type TimerStepOptions } from "../definition/timer-step.ts";
import { WebhookStep } from "../definition/webhook-step.ts";
import { NOW, running } from "../testing/running.ts";

const HOUR = 3_600_000;

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

  test("takes ISO 8601 durations for its dates", async () => {
    const timed = new HumanStep({ getDueDate: () => "P1W", getReminderDate: () => "PT12H" });
    expect(await running(timed)).toMatchObject({
      wait: {
        dueAt: new Date(NOW.getTime() + 7 * 24 * HOUR),
        reminderAt: new Date(NOW.getTime() + 12 * HOUR),
      },
    });
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
      error: {
        type: "StepContractError",
        message: "Step 'step' needs a duration or an until, or getDuration() or getUntil()",
      },
    });
  });

  test.each<[string, TimerStepOptions]>([
    ["ISO 8601 text", { duration: "P1DT12H" }],
    ["a function that gives it", { duration: () => Promise.resolve("PT36H") }],
    ["a Date", { until: new Date(NOW.getTime() + 36 * HOUR) }],
    ["a date and time", { until: "2026-06-02T14:00:00+02:00" }],
    ["a function that gives it", { until: () => Promise.resolve("2026-06-02T12:00Z") }],
  ])("waits as long as %s says", async (_, options) => {
    expect(await running(new TimerStep(options))).toMatchObject({
      type: "waiting",
      wait: { kind: "timer", fireAt: new Date(NOW.getTime() + 36 * HOUR) },
    });
  });

  test.each([[NOW], [new Date(0)], ["2026-06-01"], ["1999-12-31T23:59:59Z"]])(
    "goes on at once where %s is over",
    async (until) => {
      expect(await running(new TimerStep({ until }))).toMatchObject({ type: "succeeded" });
    },
  );

  test.each<[TimerStepOptions, string]>([
    [{ until: "9999-12-31" }, "9999-12-31T00:00:00.000Z"],
    [{ duration: { days: 36_525 } }, "2126-06-02T00:00:00.000Z"],
  ])("waits for years: %j", async (options, moment) => {
    expect(await running(new TimerStep(options))).toMatchObject({
      wait: { kind: "timer", fireAt: new Date(moment) },
    });
  });

  test("can be a class that says how long, or until when", async () => {
    class Pause extends TimerStep {
      override getDuration() {
        return "PT1M";
      }
    }
    class Deadline extends TimerStep {
      override readonly until = "2026-06-01T00:01Z";
    }
    class Computed extends TimerStep {
      override getUntil() {
        return new Date(NOW.getTime() + 60_000);
      }
    }
    for (const step of [new Pause(), new Deadline(), new Computed()]) {
      expect(await running(step)).toMatchObject({
        wait: { fireAt: new Date(NOW.getTime() + 60_000) },
      });
    }
  });

  test("with both a duration and an until fails in words", async () => {
    const step = new TimerStep({ duration: 5, until: NOW });
    expect(await running(step)).toMatchObject({
      type: "failed",
      error: {
        type: "StepContractError",
        message: "Step 'step' has both a duration and an until: one of them counts",
      },
    });
  });

  test.each<[TimerStepOptions, string, string]>([
    [{ duration: "P1M" }, "RangeError", "'P1M' has years or months"],
    [{ until: "soon" }, "StepContractError", "Step 'step' has an until that is no date: 'soon'"],
    [{ until: new Date("soon") }, "StepContractError", "no date: it is an invalid Date"],
  ])("that cannot be read fails in words: %j", async (options, type, message) => {
    expect(await running(new TimerStep(options))).toMatchObject({
      type: "failed",
      error: { type, message: expect.stringContaining(message) },
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
