import { describe, expect, test } from "vitest";
import { WorkflowContext } from "../context/workflow-context.ts";
import { WorkflowGraph } from "../graph/workflow-graph.ts";
import { Edge } from "./edge.ts";
import { ExclusiveGateway, Gateway, ParallelGateway } from "./gateway.ts";
import { HumanStep } from "./human-step.ts";
import { MachineStep } from "./machine-step.ts";
import { TimerStep } from "./timer-step.ts";
import { WebhookStep } from "./webhook-step.ts";
import { WorkflowDefinition, type WorkflowDefinitionInit } from "./workflow-definition.ts";

const machine = () => new MachineStep({ execute: () => null });

class Approve extends HumanStep {
  override readonly name = "approve";
  override readonly title = "Approve it";
}

function aDefinition(overrides: Partial<WorkflowDefinitionInit> = {}) {
  return new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { start: machine(), approve: new Approve(), done: machine() },
    edges: [new Edge("start", "approve"), { source: "approve", target: "done" }],
    initialStep: "start",
    terminalSteps: ["done"],
    ...overrides,
  });
}

describe("Edge", () => {
  const context = new WorkflowContext({ data: { approved: true, score: 80 } });

  test("without a condition it is always taken [scenario 1]", () => {
    expect(new Edge("a", "b").evaluateCondition(context)).toBe(true);
  });

  test.each([
    ["ctx.get('approved') == True", true],
    ["context.get('score') >= 90", false],
    ["not approved", false],
    ["score in [70, 80]", true],
  ])("a string is evaluated: %s [scenario 3]", (condition, expected) => {
    expect(new Edge("a", "b", condition).evaluateCondition(context)).toBe(expected);
  });

  test("a function is called with the context [scenario 2]", () => {
    const scoreIs = (score: number) => (ctx: WorkflowContext) => ctx.get("score") === score;
    expect(new Edge("a", "b", scoreIs(80)).evaluateCondition(context)).toBe(true);
    expect(new Edge("a", "b", scoreIs(90)).evaluateCondition(context)).toBe(false);
  });

  test("source and target can be a name, a class or a step [scenario 4]", () => {
    const edge = new Edge(Approve, new Approve());
    expect([edge.getSourceName(), edge.getTargetName()]).toEqual(["approve", "approve"]);
  });
});

describe("validate", () => {
  test("a right definition has no problems [scenario 5]", () => {
    expect(aDefinition().validate()).toEqual([]);
  });

  test.each<[string, Partial<WorkflowDefinitionInit>, string]>([
    [
      "initial step [scenario 6]",
      { initialStep: "nonexistent" },
      "Initial step 'nonexistent' not found in steps",
    ],
    [
      "terminal step [scenario 7]",
      { terminalSteps: ["nonexistent"] },
      "Terminal step 'nonexistent' not found in steps",
    ],
    [
      "source [scenario 8]",
      { edges: [new Edge("x", "done")] },
      "Edge 0: source step 'x' not found",
    ],
    [
      "target [scenario 8]",
      { edges: [new Edge("start", "approve"), new Edge("approve", "x")] },
      "Edge 1: target step 'x' not found",
    ],
    ["unreachable [scenario 9]", { edges: [] }, "Step 'approve' is unreachable from initial step"],
    ["version", { version: "one" }, "Version 'one' is not a semantic version like 1.0.0"],
    ["name", { name: "a b" }, "Workflow name 'a b' must be"],
    [
      "step name",
      { steps: { start: machine(), "a b": machine() }, edges: [new Edge("start", "a b")] },
      "Step name 'a b' must be",
    ],
    [
      "condition",
      { edges: [new Edge("start", "approve", "score >="), new Edge("approve", "done")] },
      "Edge 0: condition cannot be read:",
    ],
    [
      "gateway without a way",
      { steps: { start: new Gateway() }, edges: [], terminalSteps: [] },
      "Gateway 'start' has no outgoing edges",
    ],
    [
      "branch without an edge",
      {
        steps: { start: new ParallelGateway({ branches: ["done", "x"] }), done: machine() },
        edges: [new Edge("start", "done")],
      },
      "Gateway 'start': there is no edge to its branch 'x'",
    ],
  ])("%s", (_, overrides, message) => {
    const problems = aDefinition(overrides).validate();
    expect(problems.some((problem) => problem.startsWith(message))).toBe(true);
  });

  test("a terminal step that nothing leads to is not called unreachable; cycles are allowed [scenarios 10, 17]", () => {
    const steps = { start: machine(), again: machine(), done: machine() };
    const edges = [new Edge("start", "again"), new Edge("again", "start")];
    expect(aDefinition({ steps, edges }).validate()).toEqual([]);
  });

  test("a step whose edges are all conditional may end its branch, and that is said", () => {
    const edges = [new Edge("start", "approve"), new Edge("approve", "done", "approved")];
    expect(aDefinition({ edges }).warnings()).toEqual([
      "Step 'approve' ends its branch when none of its edges matches",
    ]);
    expect(aDefinition({ edges, onNoMatch: "fail" }).warnings()).toEqual([]);
  });
});

describe("the graph of a definition", () => {
  const counted = new WorkflowDefinition<{ count: number }>({
    name: "counted",
    version: "1.0.0",
    steps: { a: machine(), b: machine(), c: machine(), lost: machine() },
    edges: [
      new Edge("a", "b", (ctx) => ctx.get("count") === 0),
      new Edge("a", "c", "count == 5"),
      new Edge("b", "c"),
      new Edge("c", "a"),
    ],
    initialStep: "a",
  });
  const graph = WorkflowGraph.fromDefinition(counted);
  const at = (count: number) => new WorkflowContext({ data: { count } });

  test("next steps are those whose conditions hold, in order [scenarios 12, 13]", () => {
    expect(counted.getNextSteps("a", at(0))).toEqual(["b"]);
    expect(counted.getNextSteps("a", at(5))).toEqual(["c"]);
    expect(graph.getNextSteps("a", at(1))).toEqual([]);
    expect(aDefinition().getNextSteps("done", new WorkflowContext())).toEqual([]);
  });

  test("without conditions all edges lead on [scenarios 12, 14]", () => {
    const steps = { start: machine(), left: machine(), right: machine() };
    const edges = [new Edge("start", "left"), new Edge("start", "right")];
    const forked = aDefinition({ steps, edges, terminalSteps: ["left", "right"] });
    expect(forked.getNextSteps("start", new WorkflowContext())).toEqual(["left", "right"]);
    expect(aDefinition().getNextSteps("start", new WorkflowContext())).toEqual(["approve"]);
    expect(new WorkflowGraph(aDefinition()).getPreviousSteps("approve")).toEqual(["start"]);
  });

  test("previous steps, terminal steps and depths [scenarios 15, 16, 18]", () => {
    expect(graph.getPreviousSteps("c")).toEqual(["a", "b"]);
    expect(graph.getPreviousSteps("lost")).toEqual([]);
    expect([graph.isTerminal("lost"), graph.isTerminal("a")]).toEqual([true, false]);
    expect(graph.getStepDepth("a")).toBe(0);
    expect(graph.getStepDepth("c")).toBe(1);
    expect(graph.getStepDepth("lost")).toBe(-1);
  });

  test("paths visit no step twice, end in cycles too, and are limited [scenario 17]", () => {
    expect(graph.getAllPaths("a", "c")).toEqual([
      ["a", "b", "c"],
      ["a", "c"],
    ]);
    expect(graph.getAllPaths("a", "c", 1)).toHaveLength(1);
  });

  test("its own validation is stricter: a dead end must be marked as terminal [scenario 19]", () => {
    expect(new WorkflowGraph(aDefinition({ terminalSteps: [] })).validate()).toEqual([
      "Step 'done' has no outgoing edges but is not marked as terminal",
    ]);
  });
});

describe("pictures", () => {
  const definition = new WorkflowDefinition({
    name: "picture",
    version: "1.0.0",
    steps: {
      take_order: machine(),
      approve: new Approve(),
      route: new ExclusiveGateway(),
      pause: new TimerStep({ duration: { seconds: 1 } }),
      callback: new WebhookStep(),
      end: machine(),
    },
    edges: [
      new Edge("take_order", "approve"),
      new Edge("approve", "route"),
      new Edge("route", "pause", "context.get('score') >= 80"),
      new Edge("route", "callback", () => true),
      new Edge("pause", "end"),
      new Edge("callback", "end"),
    ],
    initialStep: "take_order",
    terminalSteps: ["end"],
  });

  test("Mermaid text [scenarios 20, 21]", () => {
    expect(definition.toMermaid()).toBe(
      [
        "graph TD",
        "    take_order[START: Take Order]",
        "    approve{{Approve}}",
        "    route{Route}",
        "    pause([Pause])",
        "    callback[Callback]",
        "    end_[END: End]",
        "    take_order --> approve",
        "    approve --> route",
        "    route -->|context.getscore = 80| pause",
        "    route -->|conditional| callback",
        "    pause --> end_",
        "    callback --> end_",
      ].join("\n"),
    );
  });

  test("with state, in the order completed, failed, skipped, waiting, current [scenario 22]", () => {
    const text = definition.toMermaidWithState({
      completedSteps: ["take_order", "take_order", "unknown"],
      failedSteps: ["route"],
      skippedSteps: ["pause"],
      waitingSteps: ["approve"],
      currentSteps: ["end"],
    });
    expect(text.split("\n").filter((line) => line.includes("style"))).toEqual([
      "    style take_order fill:#90EE90,stroke:#006400,stroke-width:2px",
      "    style route fill:#FFB6C1,stroke:#8B0000,stroke-width:2px",
      "    style pause fill:#D3D3D3,stroke:#808080,stroke-width:1px,stroke-dasharray:5",
      "    style approve fill:#87CEEB,stroke:#4169E1,stroke-width:2px",
      "    style end_ fill:#FFD700,stroke:#FFA500,stroke-width:3px",
    ]);
  });

  test("a condition cannot break out of its label", () => {
    const edges = [new Edge("start", "done", `x == "]; click done evil <script>|\n end"`)];
    const text = aDefinition({ steps: { start: machine(), done: machine() }, edges }).toMermaid();
    const [, , , edge, ...more] = text.split("\n");
    expect(edge).toBe("    start -->|x == click done evil script end| done");
    expect(more).toEqual([]);
  });

  test("JSON names what is conditional and leaves out what is not [scenario 23]", () => {
    const { nodes, edges } = definition.getGraph();
    expect(nodes[0]).toEqual({
      id: "take_order",
      label: "Take Order",
      type: "machine",
      is_initial: true,
      is_terminal: false,
    });
    expect(nodes.map((node) => node.type)).toEqual([
      "machine",
      "human",
      "gateway",
      "timer",
      "webhook",
      "machine",
    ]);
    expect(edges[0]).toEqual({ source: "take_order", target: "approve" });
    expect(edges[2]?.condition).toBe("context.get('score') >= 80");
    expect(edges[3]?.condition).toBe("conditional");
  });
});
