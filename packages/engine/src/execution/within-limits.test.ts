import { describe, expect, test } from "vitest";
import type { StepRecord } from "../context/workflow-context.ts";
import { WorkflowContext } from "../context/workflow-context.ts";
import { MapGroup } from "../definition/groups.ts";
import { HumanStep } from "../definition/human-step.ts";
import { MachineStep } from "../definition/machine-step.ts";
import { SubWorkflowStep } from "../definition/sub-workflow-step.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { running } from "../testing/running.ts";
import type { StepOutcome } from "./step-run.ts";
import { withinLimits } from "./within-limits.ts";

const MEGA = 1024 * 1024;
const LIMITS = { result: 100, context: 200 };
const endless = { maxAttempts: Number.POSITIVE_INFINITY, initialInterval: 0 };

function judged(
  outcome: StepOutcome,
  { context = {}, results = [] }: { context?: JsonObject; results?: readonly JsonValue[] } = {},
  isGroup = false,
): StepOutcome {
  const history = results.map((result): StepRecord => ({
    id: "1",
    stepName: "earlier",
    status: "succeeded",
    result,
    error: null,
    startedAt: null,
    completedAt: null,
  }));
  return withinLimits({ stepName: "pay", context, history }, outcome, LIMITS, isGroup);
}

const succeeded = (result: JsonValue, contextChanges: JsonObject = {}): StepOutcome => ({
  type: "succeeded",
  result,
  edges: [0],
  contextChanges,
});
const failed = (message: string) => ({
  type: "failed",
  error: { type: "PayloadTooLargeError", message, stack: expect.any(String), cause: null },
  handled: false,
  edges: [],
  contextChanges: {},
});

describe("what a step has come to", () => {
  test.each<[string, StepOutcome]>([
    ["a result and a context at their limits", succeeded("r".repeat(98), { a: "c".repeat(191) })],
    ["a step that is skipped", { type: "skipped", edges: [1], contextChanges: {} }],
  ])("given %s, then it is left as it is", (_, outcome) => {
    expect(judged(outcome)).toBe(outcome);
  });

  test("given a result beyond its limit, then the step fails and says so", () => {
    expect(judged(succeeded("r".repeat(99), { kept: false }))).toEqual(
      failed("result of step 'pay' is too large: it may take 100 characters as JSON"),
    );
  });

  test("given a context beyond its limit, then its largest value is named", () => {
    const context = { small: 1, rows: "x".repeat(150) };
    const words =
      "context after step 'pay', of which 'rows' is the largest value, is too large: " +
      "it may take 200 characters as JSON";
    expect(judged(succeeded(1, { more: "y".repeat(60) }), { context })).toEqual(failed(words));
    // Whoever makes it smaller may go on.
    expect(judged(succeeded(1, { rows: null }), { context }).type).toBe("succeeded");
  });

  test("given a step that waits or has handled its failure with too much context, then it fails", () => {
    const contextChanges = { rows: "x".repeat(300) };
    const wait = { kind: "callback", tokenHash: "0", callbackKey: "k" } as const;
    expect(judged({ type: "waiting", wait, contextChanges })).toMatchObject({ type: "failed" });
    const error = { type: "Error", message: "card declined", stack: null, cause: null };
    expect(judged({ type: "failed", error, handled: true, edges: [0], contextChanges })).toEqual({
      ...failed(""),
      error,
    });
  });

  test("given results of the steps before it that fill what is kept, then it fails", () => {
    const results = Array.from({ length: 64 }, () => "r".repeat(MEGA - 3_000));
    const group = succeeded(["r".repeat(MEGA)]);
    expect(judged(group, { results: results.slice(1) }, true)).toBe(group);
    expect(judged(group, { results }, true)).toEqual(
      failed(
        "result of step 'pay' together with those of the steps before it is too large: " +
          `it may take ${64 * MEGA} characters as JSON`,
      ),
    );
  });
});

describe("what a step asks for", () => {
  test("given items of a map that are too large together, then it fails for good", async () => {
    const item = "i".repeat(MEGA);
    const step = new MapGroup({
      items: () => Array.from({ length: 17 }, () => item),
      step: new MachineStep({ name: "item", execute: () => null }),
      retry: endless,
    });
    expect(await running(step)).toMatchObject({
      type: "failed",
      error: { message: expect.stringMatching(/^list of items of step 'step' is too large/) },
    });
  });

  test("given an input of another workflow that is too large, then it fails for good", async () => {
    const step = new SubWorkflowStep({
      workflow: "other",
      input: () => ({ text: "x".repeat(5 * MEGA) }),
      retry: endless,
    });
    expect(await running(step)).toMatchObject({
      type: "failed",
      error: { message: expect.stringMatching(/^input that step 'step' gives is too large/) },
    });
  });

  test("given a task described at too great length, then it fails", async () => {
    const step = new HumanStep({ getDescription: () => "x".repeat(100_001) });
    expect(await running(step)).toMatchObject({
      type: "failed",
      error: { message: "Step 'step' has a description of more than 100000 characters" },
    });
  });
});

test("heartbeat details that are too large are refused, and end the try for good", async () => {
  const said: JsonValue[] = [];
  const context = new WorkflowContext({ onHeartbeat: (details) => void said.push(details) });
  context.heartbeat("x".repeat(60_000));
  expect(() => context.heartbeat("x".repeat(70_000))).toThrow(/^heartbeat details is too large/);
  expect(said).toHaveLength(1);
  const step = new MachineStep({
    execute: (running_) => running_.heartbeat("x".repeat(70_000)),
    retry: endless,
  });
  expect(await running(step)).toMatchObject({ type: "failed", handled: false });
});
