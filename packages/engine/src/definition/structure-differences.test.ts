import { describe, expect, test } from "vitest";
import { graphToJson } from "../graph/graph-json.ts";
import { aStructure } from "../testing/builders.ts";
import { MachineStep } from "./machine-step.ts";
import { SignalStep } from "./signal-step.ts";
import type { Step } from "./step.ts";
import { SubWorkflowStep } from "./sub-workflow-step.ts";
import { WorkflowDefinition } from "./workflow-definition.ts";
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
      "a deadline",
      { ...before, deadline: 60_000 },
      ["the deadline in milliseconds changed from nothing to 60000"],
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

describe("what waits and what starts are part of a structure", () => {
  const structureOf = (step: Step) =>
    new WorkflowDefinition({
      name: "w",
      version: "1.0.0",
      steps: { ask: step, late: new MachineStep() },
      edges: [{ source: "ask", target: "late" }],
      initialStep: "ask",
    }).structure;

  test.each<[string, Step, Step, string]>([
    [
      "signal",
      new SignalStep(),
      new SignalStep({ signal: "go" }),
      `signal of step 'ask' changed from {"name":"ask","onTimeout":null} to {"name":"go","onTimeout":null}`,
    ],
    [
      "branch for a late signal",
      new SignalStep({ timeout: 5 }),
      new SignalStep({ timeout: 5, onTimeout: "late" }),
      `signal of step 'ask' changed from {"name":"ask","onTimeout":null} to {"name":"ask","onTimeout":"late"}`,
    ],
    [
      "workflow",
      new SubWorkflowStep({ workflow: "a" }),
      new SubWorkflowStep({ workflow: "b", version: "1.0.0", wait: false }),
      `workflow of step 'ask' changed from {"name":"a","version":null,"wait":true} to {"name":"b","version":"1.0.0","wait":false}`,
    ],
  ])("given another %s, then it is named", (_, is, becomes, said) => {
    expect(structureDifferences(structureOf(is), structureOf(becomes))).toEqual([said]);
  });

  test("given code, retries and time limits, then they are not", () => {
    const careful = new MachineStep({ retry: { maxAttempts: 3 }, timeout: 5, execute: () => 1 });
    expect(structureOf(careful)).toEqual(structureOf(new MachineStep()));
    expect(structureOf(new SignalStep({ timeout: 5 }))).toEqual(structureOf(new SignalStep()));
  });

  test("given either, then the graph shows it", () => {
    const nodeOf = (step: Step) => graphToJson(structureOf(step)).nodes[0];
    expect(nodeOf(new SignalStep({ signal: "go" }))).toMatchObject({ signal: "go" });
    expect(nodeOf(new SubWorkflowStep({ workflow: "a" }))).toMatchObject({ workflow: "a" });
    expect(Object.keys(nodeOf(new MachineStep()) ?? {})).not.toContain("signal");
  });
});
