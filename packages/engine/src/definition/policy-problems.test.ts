import { describe, expect, test } from "vitest";
import { MachineStep } from "./machine-step.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { Step } from "./step.ts";
import { TimerStep } from "./timer-step.ts";
import { WorkflowDefinition } from "./workflow-definition.ts";

function problemsOf(step: Step): string[] {
  return new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { pay: step },
    edges: [],
    initialStep: "pay",
  }).validate();
}

const retrying = (retry: Partial<RetryPolicy>) =>
  new MachineStep({ execute: () => null, retry: { maxAttempts: 3, ...retry } });

class Careful extends MachineStep {
  override readonly retry = { maxAttempts: 5, retryOn: ["GatewayError", TypeError] };
  override readonly timeout = "PT30S";
  override readonly heartbeatTimeout = { seconds: 5 };
}

describe("validate", () => {
  test.each<[string, Step]>([
    ["a class with all of them", new Careful()],
    ["the most of everything", retrying({ maxAttempts: Number.POSITIVE_INFINITY, jitter: 1 })],
    ["the least of everything", retrying({ maxAttempts: 1, jitter: 0, backoffCoefficient: 1 })],
    ["no wait", retrying({ initialInterval: 0, maxInterval: 0 })],
    ["functions", retrying({ retryOn: () => true, nonRetryable: () => false })],
    ["a timer that was over before it began", new TimerStep({ duration: -5 })],
    ["a timer that asks the context", new TimerStep({ until: () => "whatever" })],
  ])("given %s, then there is nothing wrong", (_, step) => {
    expect(problemsOf(step)).toEqual([]);
  });

  test.each([0, 1.5, Number.NaN, -1])("given %s losses, then that is no limit", (most) => {
    const step = new MachineStep({ execute: () => null, maxLostAttempts: most });
    expect(problemsOf(step)).toEqual([
      `Step 'pay': maxLostAttempts must be a whole number from 1, got ${most}`,
    ]);
  });

  test("given from JavaScript what is neither true nor false, then nothing is pure of it", () => {
    // As its types would not let it through.
    const step = new MachineStep({ execute: () => null, pure: "yes" as unknown as boolean });
    expect(problemsOf(step)).toEqual(["Step 'pay': pure must be true or false, got yes"]);
  });

  test.each<[Partial<RetryPolicy>, string]>([
    [{ maxAttempts: 0 }, "retry.maxAttempts must be a whole number from 1, got 0"],
    [{ maxAttempts: 1.5 }, "retry.maxAttempts must be a whole number from 1, got 1.5"],
    [{ maxAttempts: Number.NaN }, "retry.maxAttempts must be a whole number from 1, got NaN"],
    [{ jitter: 2 }, "retry.jitter must be a number from 0 to 1, got 2"],
    [{ jitter: -0.1 }, "retry.jitter must be a number from 0 to 1, got -0.1"],
    [{ jitter: Number.NaN }, "retry.jitter must be a number from 0 to 1, got NaN"],
    [{ backoffCoefficient: 0.5 }, "retry.backoffCoefficient must be at least 1, got 0.5"],
    [{ initialInterval: -1 }, "retry.initialInterval must not be below 0, got -1"],
    [{ maxInterval: "-PT5S" }, "retry.maxInterval must not be below 0, got -PT5S"],
    [
      { initialInterval: Number.NaN },
      "retry.initialInterval cannot be read: a duration must be a finite number of milliseconds, got NaN",
    ],
    [
      { initialInterval: "PT10S", maxInterval: { seconds: 5 } },
      'retry.maxInterval must not be shorter than the initial interval, got {"seconds":5}',
    ],
    [
      { maxInterval: 999 },
      "retry.maxInterval must not be shorter than the initial interval, got 999",
    ],
    [
      // Only JavaScript passes a class where a list or a predicate is meant.
      { retryOn: TypeError as unknown as () => boolean },
      "retry.retryOn must be a list of error classes and their names, or a function",
    ],
    [
      // As above.
      { nonRetryable: [5] as unknown as string[] },
      "retry.nonRetryable must be a list of error classes and their names, or a function",
    ],
  ])("given the policy %j, then it names step and field", (retry, problem) => {
    expect(problemsOf(retrying(retry))).toEqual([`Step 'pay': ${problem}`]);
  });

  test("given several wrong values, then all are named", () => {
    expect(problemsOf(retrying({ maxAttempts: 0, jitter: 2, maxInterval: -1 }))).toHaveLength(3);
  });

  test.each<[Step, string]>([
    [new MachineStep({ timeout: 0 }), "Step 'pay': timeout must be above 0, got 0"],
    [
      new MachineStep({ heartbeatTimeout: { seconds: -1 } }),
      `Step 'pay': heartbeatTimeout must be above 0, got {"seconds":-1}`,
    ],
    [
      new MachineStep({ timeout: "P1M" }),
      "Step 'pay': timeout cannot be read: 'P1M' has years or months, which have no fixed length: use weeks or days",
    ],
    [new TimerStep(), "Step 'pay' needs a duration or an until, or getDuration() or getUntil()"],
    [
      new TimerStep({ duration: 1, until: new Date(0) }),
      "Step 'pay' has both a duration and an until: one of them counts",
    ],
    [
      new TimerStep({ duration: "1 day" }),
      "Step 'pay': duration cannot be read: '1 day' is no ISO 8601 duration like P3D, PT1H30M or PT0.5S",
    ],
    [
      new TimerStep({ until: "2026-06-01T08:30" }),
      "Step 'pay': until cannot be read: '2026-06-01T08:30' has no offset: write Z for UTC, or one like +02:00",
    ],
  ])("given a step with a wrong time, then it says: %#", (step, problem) => {
    expect(problemsOf(step)).toEqual([problem]);
  });
});

describe("a step that can be undone", () => {
  class Refund extends MachineStep {
    override compensate() {
      return "refunded";
    }
  }
  const structureOf = (step: Step) =>
    new WorkflowDefinition({
      name: "sample",
      version: "1.0.0",
      steps: { pay: step },
      edges: [],
      initialStep: "pay",
    }).structure.steps[0];

  test.each<[string, Step]>([
    ["an option", new MachineStep({ compensate: () => null })],
    ["a class", new Refund()],
  ])("given %s, then it and its structure say so", (_, step) => {
    expect(step.compensates).toBe(true);
    expect(structureOf(step)).toMatchObject({ name: "pay", compensates: true });
  });

  test("given neither, then the structure is what it always was", () => {
    const step = new MachineStep();
    expect(step.compensates).toBe(false);
    expect(structureOf(step)).toEqual({ name: "pay", type: "machine", description: "" });
  });
});
