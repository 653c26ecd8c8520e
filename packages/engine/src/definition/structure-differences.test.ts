import { describe, expect, test } from "vitest";
import { aStructure } from "../testing/builders.ts";
import { structureDifferences } from "./structure-differences.ts";
import type { WorkflowStructure } from "./structure.ts";

const before = aStructure(["a -> b", "b -> c"]);

describe("structureDifferences", () => {
  test("given the same, also with keys in another order, then there are none", () => {
    const same = Object.fromEntries(Object.entries(before).toReversed());
    // The same members, told in another order.
    expect(structureDifferences(before, same as unknown as WorkflowStructure)).toEqual([]);
  });

  test.each<[string, WorkflowStructure, string[]]>([
    [
      "a step more",
      aStructure(["a -> b", "b -> c", "c -> d"]),
      ["step 'd' is new", "edge 'c' -> 'd' is new"],
    ],
    ["a step less", aStructure(["a -> b"]), ["step 'c' is gone", "edge 'b' -> 'c' is gone"]],
    [
      "a condition",
      {
        ...before,
        edges: [{ source: "a", target: "b", condition: "x > 1" }, ...before.edges.slice(1)],
      },
      ["edge 'a' -> 'b' when x > 1 is new", "edge 'a' -> 'b' is gone"],
    ],
    [
      "another type",
      {
        ...before,
        steps: before.steps.map((step) => (step.name === "b" ? { ...step, type: "human" } : step)),
      },
      [`type of step 'b' changed from "machine" to "human"`],
    ],
    [
      "something that undoes a step",
      {
        ...before,
        steps: before.steps.map((step) =>
          step.name === "b" ? { ...step, compensates: true as const } : step,
        ),
      },
      ["compensates of step 'b' changed from nothing to true"],
    ],
    [
      "another beginning",
      { ...before, initialStep: "b" },
      [`the initial step changed from "a" to "b"`],
    ],
    [
      "another end",
      { ...before, terminalSteps: ["c"] },
      [`the terminal steps changed from [] to ["c"]`],
    ],
    ["a long text", { ...before, description: "x".repeat(200) }, ["the description has changed"]],
    [
      "an input schema",
      { ...before, inputSchema: { type: "object" } },
      [`the input schema changed from nothing to {"type":"object"}`],
    ],
    [
      "another order",
      { ...before, edges: before.edges.toReversed() },
      ["steps or edges are in another order"],
    ],
  ])("given %s, then it is said in words", (_, after, expected) => {
    expect(structureDifferences(before, after)).toEqual(expected);
  });
});
