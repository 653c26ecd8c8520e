import { describe, expect, test } from "vitest";
import { WorkflowContext } from "../context/workflow-context.ts";
import { groupRequest } from "../execution/group-request.ts";
import { Edge, type EdgeCondition } from "./edge.ts";
import { ConditionalGroup } from "./groups.ts";
import { MachineStep } from "./machine-step.ts";

/** An edge whose condition returns what no compiler would let it. */
function answering(answer: () => unknown): Edge {
  return new Edge("a", "b", answer as EdgeCondition);
}

describe("what hooks return", () => {
  const context = new WorkflowContext({ data: {} });

  test.each<[string, () => unknown]>([
    ["no", async () => false],
    ["an error", () => Promise.reject(new Error("not now"))],
  ])("given an async condition of an edge that says %s, then it fails in words", (_, answer) => {
    expect(() => answering(answer).evaluateCondition(context)).toThrow(
      "it returned a promise, and conditions cannot be async",
    );
  });

  test.each([
    [1, true],
    ["", false],
    [undefined, false],
  ])("given a condition that returns %j, then it counts as %j", (answer, taken) => {
    expect(answering(() => answer).evaluateCondition(context)).toBe(taken);
  });

  test.each([5, null, undefined])("given the branch %j, then the group fails", async (key) => {
    const group = new ConditionalGroup({
      // Only JavaScript returns anything else.
      condition: () => key as unknown as string,
      branches: { 5: new MachineStep() },
    });
    await expect(groupRequest("pick", group, context)).rejects.toThrow(
      "Step 'pick' must choose one of its branches by its key, a string; got",
    );
  });
});
