import { describe, expect, test } from "vitest";
import { Edge } from "../definition/edge.ts";
import { HumanStep } from "../definition/human-step.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { StepOptions } from "../definition/step.ts";
import { NonRetryableError } from "../errors.ts";
import { anAbortable } from "../testing/run-ports.ts";
import { NOW, running } from "../testing/running.ts";

const broken = () => Promise.reject(new TypeError("broken"));
const thrice = { maxAttempts: 3, jitter: 0 };
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe("a step that may be tried again", () => {
  test.each<[string, StepOptions]>([
    ["execute", { execute: broken }],
    ["canExecute", { canExecute: broken }],
    ["onSuccess", { execute: () => 1, onSuccess: broken }],
  ])("given an error of %s, then another try follows after the policy's delay", async (_, code) => {
    const step = new MachineStep({ ...code, retry: thrice });
    expect(await running(step)).toEqual({
      type: "retrying",
      error: expect.objectContaining({ type: "TypeError", message: "broken" }),
      retryAt: later(1_000),
      heartbeatDetails: null,
      waitsAnew: false,
      contextChanges: {},
    });
    expect(await running(step, { failedTries: 1 })).toMatchObject({ retryAt: later(2_000) });
  });

  test("given a result that is not JSON, then another try follows", async () => {
    const step = new MachineStep({ execute: () => new Map(), retry: thrice });
    expect(await running(step)).toMatchObject({
      type: "retrying",
      error: { type: "NotJsonError" },
    });
  });

  test("given a human step whose task cannot be made, then another try follows", async () => {
    const step = new HumanStep({ getAssignee: broken, retry: thrice });
    expect(await running(step)).toMatchObject({ type: "retrying" });
  });

  test("given chance, then the delay is drawn with it", async () => {
    const step = new MachineStep({ execute: broken, retry: { maxAttempts: 2, jitter: 0.5 } });
    expect(await running(step, { random: () => 0 })).toMatchObject({ retryAt: later(500) });
    expect(await running(step, { random: () => 0.5 })).toMatchObject({ retryAt: later(750) });
  });

  test("given a try that set and beat, then what it set is dropped and what it beat is left", async () => {
    const step = new MachineStep({
      retry: thrice,
      execute: (context) => {
        context.set("count", 1);
        context.heartbeat({ page: 3 });
        context.heartbeat();
        throw new Error("broken");
      },
    });
    const outcome = await running(step);
    expect(outcome).toMatchObject({ type: "retrying", heartbeatDetails: { page: 3 } });
    expect(outcome.contextChanges).toEqual({});
  });

  test("given a try that did not beat, then the details of the one before stay", async () => {
    const step = new MachineStep({ execute: broken, retry: thrice });
    const situation = { failedTries: 1, heartbeatDetails: { page: 3 } };
    expect(await running(step, situation)).toMatchObject({ heartbeatDetails: { page: 3 } });
  });

  test("given no onFailure call while tries are left, then it is asked after the last", async () => {
    const asked: string[] = [];
    const step = new MachineStep({
      execute: broken,
      retry: thrice,
      onFailure: (context, error) => {
        asked.push(String(error));
        context.set("gave up", true);
      },
    });
    await running(step, { failedTries: 1 });
    expect(asked).toEqual([]);
    expect(await running(step, { failedTries: 2 })).toMatchObject({
      type: "failed",
      handled: true,
      edges: [0, 1],
      contextChanges: { "gave up": true },
    });
    expect(asked).toEqual(["TypeError: broken"]);
  });

  test("given a last try without onFailure, then it fails as without a policy", async () => {
    const step = new MachineStep({ execute: broken, retry: thrice });
    expect(await running(step, { failedTries: 2 })).toMatchObject({
      type: "failed",
      handled: false,
      error: { message: "broken" },
    });
  });

  test("given a class with the policy as its field, then it counts", async () => {
    class Flaky extends MachineStep {
      override readonly retry = thrice;
      override execute = broken;
    }
    expect(await running(new Flaky())).toMatchObject({ type: "retrying" });
  });
});

describe("a step that may not be tried again", () => {
  test.each<[string, StepOptions]>([
    [
      "an error that forbids it",
      { execute: () => Promise.reject(new NonRetryableError("no use")), retry: thrice },
    ],
    [
      "an error that the policy rules out",
      { execute: broken, retry: { ...thrice, nonRetryable: [TypeError] } },
    ],
    ["an error that it does not name", { execute: broken, retry: { ...thrice, retryOn: [] } }],
  ])("given %s, then it goes to onFailure at once", async (_, options) => {
    const step = new MachineStep({ ...options, onFailure: () => {} });
    expect(await running(step)).toMatchObject({ type: "failed", handled: true });
  });

  test("given a condition that throws, then it fails at once: it would throw again", async () => {
    const step = new MachineStep({ execute: () => null, retry: thrice });
    const edges = [new Edge("step", "left", "missing > 1")];
    expect(await running(step, { edges })).toMatchObject({
      type: "failed",
      handled: false,
      error: { type: "InvalidTransitionError" },
    });
  });

  test("given an onFailure that throws, then that is no reason to try again", async () => {
    const step = new MachineStep({
      execute: broken,
      retry: { ...thrice, nonRetryable: ["TypeError"] },
      onFailure: () => Promise.reject(new Error("second")),
    });
    expect(await running(step)).toMatchObject({ type: "failed", error: { message: "second" } });
  });

  test("given a policy that throws, then the step fails with that and the error as its cause", async () => {
    const retryOn = () => {
      throw new Error("typo");
    };
    const step = new MachineStep({ execute: broken, retry: { ...thrice, retryOn } });
    expect(await running(step)).toMatchObject({
      type: "failed",
      handled: false,
      error: { message: "Step 'step' has a retry policy that fails: typo", cause: "broken" },
    });
  });

  test("given code that was told to stop, then its try has not failed", async () => {
    const { signal, abort } = anAbortable();
    const step = new MachineStep({
      retry: thrice,
      timeout: "PT1M",
      onFailure: () => {
        throw new Error("was asked");
      },
      execute: (context) => {
        abort(new Error("the worker has to go"));
        context.signal.throwIfAborted();
      },
    });
    expect(await running(step, { signal })).toMatchObject({
      type: "failed",
      handled: false,
      error: { message: "the worker has to go" },
    });
  });
});
