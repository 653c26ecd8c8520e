import { describe, expect, test } from "vitest";
import { Edge } from "../definition/edge.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { Step } from "../definition/step.ts";
import { TimerStep } from "../definition/timer-step.ts";
import { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { edgeBehindTimer } from "./edge-behind-timer.ts";

const nothing = () => new MachineStep({ execute: () => null });
const pause = { duration: 1_000 };

class Thorough extends TimerStep {
  override execute() {
    return "looked around";
  }
}

function behind(step: Step, edges: readonly Edge[] = [new Edge("a", "b"), new Edge("b", "c")]) {
  const definition = new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { a: nothing(), b: step, c: nothing(), d: nothing() },
    edges: [...edges, new Edge("c", "d")],
    initialStep: "a",
  });
  return edgeBehindTimer(definition, "b");
}

describe("edgeBehindTimer", () => {
  test("given a timer without code and one way on, then that is the edge", () => {
    expect(behind(new TimerStep(pause))).toBe(1);
  });

  test.each([
    ["another step", nothing()],
    ["one with code as an option", new TimerStep({ ...pause, execute: () => 1 })],
    ["one with a hook", new TimerStep({ ...pause, onSuccess: () => {} })],
    ["one with code in a subclass", new Thorough(pause)],
  ])("given %s, then code has to run first", (_, step) => {
    expect(behind(step)).toBeNull();
  });

  test.each([
    ["a condition", [new Edge("a", "b"), new Edge("b", "c", () => true)]],
    ["a fork", [new Edge("a", "b"), new Edge("b", "c"), new Edge("b", "d")]],
    ["a join", [new Edge("a", "b"), new Edge("b", "c"), new Edge("a", "c")]],
    ["an end", [new Edge("a", "b"), new Edge("a", "c")]],
  ])("given %s behind it, then something has to be asked first", (_, edges) => {
    expect(behind(new TimerStep(pause), edges)).toBeNull();
  });
});
