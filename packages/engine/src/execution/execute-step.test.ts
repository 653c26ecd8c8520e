import { describe, expect, test } from "vitest";
import { WorkflowContext } from "../context/workflow-context.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { StepOptions } from "../definition/step.ts";
import { StepExecutionError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { executeStep } from "./execute-step.ts";

const named = (options: StepOptions) => new MachineStep({ name: "pay", ...options });

const broken = () => {
  throw new TypeError("no money");
};

describe("a step that is run by itself", () => {
  test("goes through its hooks, returns its result and leaves what it set", async () => {
    const order: string[] = [];
    const context = new WorkflowContext<JsonObject>({ data: { amount: 5 } });
    const step = named({
      canExecute: () => order.push("canExecute") > 0,
      execute: (seen) => {
        order.push("execute");
        seen.set("paid", seen.get("amount") ?? 0);
        return { receipt: 7 };
      },
      onSuccess: (_, result) => void order.push(`onSuccess ${JSON.stringify(result)}`),
    });
    expect(await executeStep(step, context)).toEqual({ receipt: 7 });
    expect(order).toEqual(["canExecute", "execute", 'onSuccess {"receipt":7}']);
    expect(context.get("paid")).toBe(5);
  });

  test("sees what the step before has returned, and still writes into the given context [scenario 43]", async () => {
    const context = new WorkflowContext({ previousResult: "older", instanceId: "i" });
    const step = named({
      execute: (seen) => {
        seen.set("instance", seen.get("_instance_id"));
        return seen.get("_previous_result");
      },
    });
    expect(await executeStep(step, context)).toBe("older");
    expect(await executeStep(step, context, ["a", 1])).toEqual(["a", 1]);
    expect(await executeStep(step, context, null)).toBeNull();
    expect(context.changes).toEqual({ instance: "i" });
  });

  test("returns null when it is skipped, without running its code", async () => {
    const step = named({ canExecute: () => false, execute: broken });
    expect(await executeStep(step, new WorkflowContext())).toBeNull();
  });

  test("returns null when it has handled its failure", async () => {
    const context = new WorkflowContext();
    const step = named({
      execute: broken,
      onFailure: (seen, error) => seen.set("why", String(error)),
    });
    expect(await executeStep(step, context)).toBeNull();
    expect(context.get("why")).toBe("TypeError: no money");
  });

  test.each<[string, StepOptions]>([
    ["canExecute", { canExecute: broken }],
    ["execute", { execute: broken }],
    ["onSuccess", { execute: () => 1, onSuccess: broken }],
    ["onFailure", { execute: () => Promise.reject(new Error("first")), onFailure: broken }],
  ])("gives the message of %s to whoever ran it [scenario 59]", async (_, options) => {
    const run = executeStep(named(options), new WorkflowContext());
    await expect(run).rejects.toThrow(new StepExecutionError("pay", new TypeError("no money")));
    await expect(run).rejects.toThrow("Step 'pay' failed: no money");
    await expect(run).rejects.toMatchObject({ cause: new TypeError("no money") });
  });

  test("fails when its result is no JSON", async () => {
    const run = executeStep(named({ execute: () => Number.NaN }), new WorkflowContext());
    await expect(run).rejects.toThrow("Step 'pay' failed: result of step 'pay' cannot be stored");
  });

  test("is run once, whatever its retry policy says", async () => {
    let runs = 0;
    const step = named({
      retry: { maxAttempts: 3 },
      execute: () => {
        runs += 1;
        return broken();
      },
    });
    await expect(executeStep(step, new WorkflowContext())).rejects.toThrow(StepExecutionError);
    expect(runs).toBe(1);
  });
});
