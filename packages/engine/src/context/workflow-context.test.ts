import { describe, expect, test } from "vitest";
import { NotJsonError, ReservedKeyError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { WorkflowContext, type StepRecord } from "./workflow-context.ts";

interface Expense {
  amount: number;
  approvals: string[];
  note: string;
}

function record(stepName: string, overrides: Partial<StepRecord> = {}): StepRecord {
  return {
    id: `id-${stepName}`,
    stepName,
    status: "succeeded",
    result: null,
    error: null,
    startedAt: null,
    completedAt: null,
    ...overrides,
  };
}

describe("WorkflowContext", () => {
  test("given nothing, then it can be made, set and read: steps can be tested by themselves [scenario 35]", () => {
    const context = new WorkflowContext<Expense>();
    expect(context.get("amount")).toBeUndefined();
    expect(context.get("amount", 7)).toBe(7);
    context.set("amount", 250);
    expect(context.get("amount")).toBe(250);
    expect(context.data).toEqual({ amount: 250 });
    expect(context.changes).toEqual({ amount: 250 });
  });

  test("nested values are given as they are, and what was set last counts [scenario 35]", () => {
    const context = new WorkflowContext({ data: { user: { name: "Ann", roles: ["a", "b"] } } });
    expect(context.get("user")).toEqual({ name: "Ann", roles: ["a", "b"] });
    context.set("user", { name: "Bea", roles: [] });
    context.set("user", { name: "Cleo", roles: ["c"] });
    expect(context.get("user")).toEqual({ name: "Cleo", roles: ["c"] });
  });

  test("given data, when a key is set, then the data that came in is as it was", () => {
    const data = { amount: 1, approvals: ["a"] };
    const context = new WorkflowContext<Expense>({ data });
    context.set("amount", 2);
    expect(data).toEqual({ amount: 1, approvals: ["a"] });
    expect(context.changes).toEqual({ amount: 2 });
  });

  test("when a value that was read is changed in place, then it throws instead of getting lost", () => {
    const context = new WorkflowContext<Expense>({ data: { approvals: ["a"] } });
    expect(() => context.get("approvals", []).push("b")).toThrow(TypeError);
    context.set("approvals", [...context.get("approvals", []), "b"]);
    expect(context.get("approvals")).toEqual(["a", "b"]);
  });

  test("when what was set changes afterwards, then what was set counts", () => {
    const context = new WorkflowContext<Expense>();
    const approvals = ["a"];
    context.set("approvals", approvals);
    approvals.push("b");
    expect(context.get("approvals")).toEqual(["a"]);
  });

  test("the engine's own keys can be read and not set", () => {
    const context = new WorkflowContext({
      instanceId: "i",
      workflowName: "w",
      currentStep: "s",
      previousResult: [1, 2],
    });
    expect(context.get("_instance_id")).toBe("i");
    expect(context.get("_workflow_name")).toBe("w");
    expect(context.get("_current_step")).toBe("s");
    expect(context.get("_previous_result")).toEqual([1, 2]);
    expect(() => context.set("_current_step", "x")).toThrow(ReservedKeyError);
  });

  test("what cannot be stored is refused when it is set, with the key", () => {
    const context = new WorkflowContext();
    // Whoever comes from JavaScript is not held back by types.
    const notJson = new Map() as unknown as string;
    expect(() => context.set("m", notJson)).toThrow(NotJsonError);
    expect(() => context.set("m", notJson)).toThrow("context value 'm'");
    expect(() => context.set("a\u0000b", 1)).toThrow(NotJsonError);
  });

  test("metadata is frozen [scenario 37]", () => {
    const context = new WorkflowContext({ metadata: { a: { b: 1 } } });
    expect(Object.isFrozen(context.metadata)).toBe(true);
    expect(Object.isFrozen(context.metadata["a"])).toBe(true);
    // Whoever comes from JavaScript is not held back by types.
    const writable = context.metadata as Record<string, unknown>;
    expect(() => (writable["a"] = 2)).toThrow(TypeError);
    expect(context.metadata).toEqual({ a: { b: 1 } });
  });

  test("history: last execution overall, of a step and of none; results of the last success [scenario 36]", () => {
    const context = new WorkflowContext({
      stepHistory: [
        record("a", { result: 1 }),
        record("b"),
        record("a", { result: 2 }),
        record("a", { id: "last", status: "failed" }),
      ],
    });
    expect(context.getLastExecution()?.id).toBe("last");
    expect(context.getLastExecution("b")?.stepName).toBe("b");
    expect(context.getLastExecution("x")).toBeUndefined();
    expect(context.hasStepExecuted("a")).toBe(true);
    expect(context.hasStepExecuted("x")).toBe(false);
    expect(context.result("a")).toBe(2);
    expect(context.result("x")).toBeUndefined();
  });

  test("at another step it sees the same data and carries nothing back", () => {
    const context = new WorkflowContext<Expense>({ data: { amount: 1 }, currentStep: "a" });
    context.set("note", "n");
    const other = context.withStep("b");
    other.set("amount", 9);
    expect(other.currentStep).toBe("b");
    expect(other.get("note")).toBe("n");
    expect(context.get("amount")).toBe(1);
  });

  test("a key called constructor or __proto__ is a key like any other", () => {
    const context = new WorkflowContext();
    expect(context.get("constructor")).toBeUndefined();
    context.set("__proto__", 1);
    expect(context.get("__proto__")).toBe(1);
  });

  test("given nothing about tries, then it is the first and nothing was left by another", () => {
    const context = new WorkflowContext();
    expect([context.tryNumber, context.attempt]).toEqual([1, 1]);
    expect([context.heartbeatDetails, context.latestHeartbeat]).toEqual([null, null]);
    expect(() => context.heartbeat()).not.toThrow();
  });

  test("given a later try, then it sees what the one before left, and its own number", () => {
    const context = new WorkflowContext({
      attempt: 7,
      tryNumber: 2,
      heartbeatDetails: { page: 3 },
    });
    expect([context.tryNumber, context.attempt]).toEqual([2, 7]);
    expect(context.heartbeatDetails).toEqual({ page: 3 });
    expect(Object.isFrozen(context.heartbeatDetails)).toBe(true);
  });

  test("when it beats, then the latest details are kept and told, and stay without new ones", () => {
    const told: JsonValue[] = [];
    const context = new WorkflowContext({
      heartbeatDetails: { page: 3 },
      onHeartbeat: (details) => told.push(details),
    });
    context.heartbeat();
    context.heartbeat({ page: 4 });
    context.heartbeat();
    context.heartbeat(null);
    expect(told).toEqual([{ page: 3 }, { page: 4 }, { page: 4 }, null]);
    expect(context.latestHeartbeat).toBeNull();
    expect(context.heartbeatDetails).toEqual({ page: 3 });
  });

  test("when it beats with what cannot be stored, then that is refused and nobody is told", () => {
    const told: JsonValue[] = [];
    const context = new WorkflowContext({ onHeartbeat: (details) => told.push(details) });
    expect(() => context.heartbeat(new Map())).toThrow(
      "heartbeat details cannot be stored as JSON: it is a Map",
    );
    expect(told).toEqual([]);
  });
});
