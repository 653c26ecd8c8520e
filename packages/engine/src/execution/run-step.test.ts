import { describe, expect, test } from "vitest";
import { Edge } from "../definition/edge.ts";
import { ExclusiveGateway, Gateway, ParallelGateway } from "../definition/gateway.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { Step, StepOptions } from "../definition/step.ts";
import { other, running } from "../testing/running.ts";

describe("a machine step", () => {
  test("returns its result, leaves what it set and takes all edges [scenario 32]", async () => {
    const step = new MachineStep({
      execute: (context) => {
        context.set("seen", true);
        return { paid: 5 };
      },
    });
    expect(await running(step)).toEqual({
      type: "succeeded",
      result: { paid: 5 },
      edges: [0, 1],
      contextChanges: { seen: true },
    });
  });

  test("runs canExecute, execute and onSuccess in this order [scenarios 33, 34]", async () => {
    const order: string[] = [];
    await running(
      new MachineStep({
        canExecute: () => order.push("canExecute") > 0,
        execute: (): number => order.push("execute"),
        onSuccess: (_, result) => void order.push(`onSuccess ${String(result)}`),
      }),
    );
    expect(order).toEqual(["canExecute", "execute", "onSuccess 2"]);
  });

  test("is skipped when canExecute says no, and the flow goes on [scenario 33]", async () => {
    const step = new MachineStep({ canExecute: () => false });
    expect(await running(step)).toMatchObject({ type: "skipped", edges: [0, 1] });
  });

  test.each<[string, StepOptions]>([
    ["execute", { execute: () => Promise.reject(new TypeError("broken")) }],
    ["canExecute", { canExecute: () => Promise.reject(new TypeError("broken")) }],
    ["onSuccess", { execute: () => 1, onSuccess: () => Promise.reject(new TypeError("broken")) }],
  ])("fails with the error of %s [scenario 59]", async (_, options) => {
    const outcome = await running(new MachineStep(options));
    expect(outcome).toMatchObject({
      type: "failed",
      handled: false,
      edges: [],
      error: { type: "TypeError", message: "broken" },
    });
  });

  test("is failed and handled when onFailure returns, and the flow goes on [scenario 34]", async () => {
    const step = new MachineStep({
      execute: () => {
        throw new Error("broken");
      },
      onFailure: (context, error) => context.set("error", String(error)),
    });
    expect(await running(step)).toMatchObject({
      type: "failed",
      handled: true,
      edges: [0, 1],
      contextChanges: { error: "Error: broken" },
    });
  });

  test("fails with the error of onFailure when that throws another", async () => {
    const step = new MachineStep({
      execute: () => {
        throw new Error("first");
      },
      onFailure: () => {
        throw new Error("second", { cause: new Error("why") });
      },
    });
    expect(await running(step)).toMatchObject({
      handled: false,
      error: { message: "second", cause: "why" },
    });
  });

  test("fails in words when its result is not JSON", async () => {
    const outcome = await running(new MachineStep({ execute: () => new Map() }));
    expect(outcome).toMatchObject({
      type: "failed",
      error: { message: "result of step 'step' cannot be stored as JSON: it is a Map" },
    });
  });

  test("fails in words when it does nothing", async () => {
    const step = new MachineStep({ name: "step" });
    expect(await running(step)).toMatchObject({
      error: { message: "Step 'step' must implement execute()" },
    });
  });

  test("can throw anything", async () => {
    const step = new MachineStep({ execute: () => Promise.reject("just text\u0000") });
    expect(await running(step)).toMatchObject({ error: { message: "just text\ufffd" } });
  });
});

describe("conditions", () => {
  test("choose the edges, seeing what the step has set", async () => {
    const edges = [new Edge("step", "left", "n > 1"), new Edge("step", "right", "n > 5")];
    const step = new MachineStep({ execute: (context) => context.set("n", 3) });
    expect(await running(step, { edges })).toMatchObject({ edges: [0] });
  });

  test("that throw fail the step and name the edge [scenario 72]", async () => {
    const edges = [new Edge("step", "left", "missing > 1")];
    const outcome = await running(other(), { edges });
    expect(outcome).toMatchObject({
      type: "failed",
      handled: false,
      error: { type: "InvalidTransitionError" },
    });
    expect(outcome.type === "failed" && outcome.error.message).toContain(
      "Invalid transition from 'step' to 'left': condition failed: ",
    );
  });
});

describe("a gateway", () => {
  test.each<[string, Step, number[]]>([
    ["exclusive by its condition", new ExclusiveGateway({ condition: () => "right" }), [1]],
    ["exclusive by evaluate", new ExclusiveGateway({ evaluate: () => "left" }), [0]],
    ["exclusive without a decision: the first edge that holds", new ExclusiveGateway(), [0]],
    ["inclusive by evaluate", new Gateway({ evaluate: () => ["right", "left"] }), [0, 1]],
    ["inclusive without a decision: all that hold", new Gateway(), [0, 1]],
    ["inclusive that chooses none", new Gateway({ evaluate: () => [] }), []],
    ["parallel over some branches", new ParallelGateway({ branches: ["right"] }), [1]],
    ["parallel over all", new ParallelGateway(), [0, 1]],
  ])("%s", async (_, gateway, edges) => {
    expect(await running(gateway)).toMatchObject({ type: "succeeded", edges });
  });

  test("that has decided is not overruled by a condition", async () => {
    const edges = [new Edge("step", "left", "False")];
    const gateway = new ExclusiveGateway({ condition: () => "left" });
    expect(await running(gateway, { edges })).toMatchObject({ edges: [0] });
  });

  test.each<[string, () => unknown, string]>([
    ["a step without an edge", () => "step", "there is no edge between them"],
    ["a step that is not there", () => "nowhere", "step 'nowhere' not found in definition"],
    ["two at once", () => ["left", "right"], "must choose one step, got 2"],
    ["a number", () => 5, "must return the name of a step or a list of names"],
  ])("fails in words when it names %s [scenarios 56, 62]", async (_, execute, message) => {
    const outcome = await running(new ExclusiveGateway({ execute }));
    expect(outcome.type === "failed" && outcome.error.message).toContain(message);
  });
});
