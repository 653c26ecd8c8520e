import { describe, expect, test } from "vitest";
import { HumanStep } from "../definition/human-step.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { StepOptions } from "../definition/step.ts";
import { ManualTimers } from "../testing/run-ports.ts";
import { running } from "../testing/running.ts";

const asked = (what: string) => () => {
  throw new Error(`${what} was asked`);
};
/** Hooks of which a compensation wants nothing. */
const hooks: StepOptions = {
  canExecute: asked("canExecute"),
  execute: asked("execute"),
  onSuccess: asked("onSuccess"),
  onFailure: asked("onFailure"),
};
const undoing = { compensation: true };

describe("the compensation of a step", () => {
  test("given that it returns, then it has succeeded, without edges and without other hooks", async () => {
    const step = new MachineStep({
      ...hooks,
      compensate: (context) => {
        context.set("refunded", true);
        return { refund: 5 };
      },
    });
    expect(await running(step, undoing)).toEqual({
      type: "succeeded",
      result: { refund: 5 },
      edges: [],
      contextChanges: { refunded: true },
    });
  });

  test("given a step that waits, then nothing is waited for", async () => {
    const step = new HumanStep({ ...hooks, compensate: () => undefined });
    expect(await running(step, undoing)).toMatchObject({ type: "succeeded", result: null });
  });

  test("given an error, then the step's policy decides about another try", async () => {
    const step = new MachineStep({
      ...hooks,
      retry: { maxAttempts: 2 },
      compensate: asked("compensate"),
    });
    expect(await running(step, undoing)).toMatchObject({
      type: "retrying",
      error: { message: "compensate was asked" },
    });
    expect(await running(step, { ...undoing, failedTries: 1 })).toMatchObject({
      type: "failed",
      handled: false,
      edges: [],
      error: { message: "compensate was asked" },
    });
  });

  test("given a result that is not JSON, then it has failed in words", async () => {
    const step = new MachineStep({ compensate: () => new Map() });
    expect(await running(step, undoing)).toMatchObject({
      type: "failed",
      error: {
        message: "result of the compensation of step 'step' cannot be stored as JSON: it is a Map",
      },
    });
  });

  test("given that it takes too long, then it has failed", async () => {
    const timers = new ManualTimers();
    const step = new MachineStep({ timeout: 5_000, compensate: () => new Promise(() => {}) });
    const outcome = running(step, { ...undoing, timers });
    timers.pass(5_000);
    expect(await outcome).toMatchObject({ type: "failed", error: { type: "StepTimeoutError" } });
  });

  test("given a step without one, then it has failed in words", async () => {
    expect(await running(new MachineStep({ name: "step" }), undoing)).toMatchObject({
      type: "failed",
      error: { message: "Step 'step' must implement compensate()" },
    });
  });
});
