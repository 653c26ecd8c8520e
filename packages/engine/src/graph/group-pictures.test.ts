import { describe, expect, test } from "vitest";
import {
  ConditionalGroup,
  MapGroup,
  ParallelGroup,
  RaceGroup,
  SequentialGroup,
} from "../definition/groups.ts";
import { HumanStep } from "../definition/human-step.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { Step } from "../definition/step.ts";
import { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { parseMermaid } from "../testing/mermaid-parser.ts";

const machine = () => new MachineStep({ execute: () => null });
const human = () => new HumanStep({ title: "Look at it" });

function withGroup(group: Step): WorkflowDefinition {
  return new WorkflowDefinition({
    name: "grouped",
    version: "1.0.0",
    steps: { begin: machine(), group, done: machine() },
    edges: [
      { source: "begin", target: "group" },
      { source: "group", target: "done" },
    ],
    initialStep: "begin",
    terminalSteps: ["done"],
  });
}

function aroundGroup(...inside: readonly string[]): string {
  return [
    "graph TD",
    "    begin[START: Begin]",
    ...inside.map((line) => `    ${line}`),
    "    done[END: Done]",
    "    begin --> group",
    "    group --> done",
  ].join("\n");
}

const pictures: readonly [kind: string, group: Step, inside: readonly string[]][] = [
  [
    "a sequence is a chain",
    new SequentialGroup({ steps: { a: machine(), b: human(), c: machine() } }),
    [
      "subgraph group[Group]",
      "    a[A]",
      "    b{{B}}",
      "    c[C]",
      "    a --> b",
      "    b --> c",
      "end",
    ],
  ],
  [
    "parallel members stand side by side, and all lead to the callback",
    new ParallelGroup({ steps: { a: machine(), b: machine() }, callback: machine() }),
    [
      "subgraph group[Group]",
      "    a[A]",
      "    b[B]",
      "    group_callback[Group Callback]",
      "    a --> group_callback",
      "    b --> group_callback",
      "end",
    ],
  ],
  [
    "a conditional group shows its keys",
    new ConditionalGroup({
      condition: () => "yes",
      branches: {
        yes: machine(),
        "no]; click": new MachineStep({ name: "no", execute: () => null }),
      },
    }),
    [
      "subgraph group[Group]",
      "    _.choice.group{?}",
      "    group_yes[Group Yes]",
      "    no[No]",
      "    _.choice.group -->|yes| group_yes",
      "    _.choice.group -->|no click| no",
      "end",
    ],
  ],
  [
    "a race is marked",
    new RaceGroup({ steps: { a: machine(), b: machine() } }),
    ["subgraph group[Group: race]", "    a[A]", "    b[B]", "end"],
  ],
  [
    "a map says for each, and how many at once; groups stand in groups",
    new MapGroup({
      items: () => [1],
      concurrency: 3,
      step: new SequentialGroup({ name: "each", steps: { a: machine(), b: machine() } }),
      callback: machine(),
    }),
    [
      "subgraph group[Group: for each, 3 at once]",
      "    subgraph each[Each]",
      "        a[A]",
      "        b[B]",
      "        a --> b",
      "    end",
      "    group_callback[Group Callback]",
      "    each --> group_callback",
      "end",
    ],
  ],
  [
    "a map without a limit says for each",
    new MapGroup({ items: () => [1], step: machine() }),
    ["subgraph group[Group: for each]", "    group_item[Group Item]", "end"],
  ],
];

describe("groups in Mermaid", () => {
  test.each(pictures)("%s", async (_, group, inside) => {
    const text = withGroup(group).toMermaid();
    expect(text).toBe(aroundGroup(...inside));
  });

  test.each(pictures)("%s, as Mermaid itself reads it", async (_, group) => {
    expect(await parseMermaid(withGroup(group).toMermaid())).toMatch(/^flowchart/);
  });

  test("members and groups are coloured like all steps", () => {
    const group = new SequentialGroup({ steps: { a: machine(), b: machine() } });
    const text = withGroup(group).toMermaidWithState({
      completedSteps: ["begin", "a"],
      waitingSteps: ["group"],
    });
    expect(text.split("\n").slice(-3)).toEqual([
      "    style begin fill:#90EE90,stroke:#006400,stroke-width:2px",
      "    style a fill:#90EE90,stroke:#006400,stroke-width:2px",
      "    style group fill:#87CEEB,stroke:#4169E1,stroke-width:2px",
    ]);
  });
});

test("as JSON members name their group, and ways inside of groups are marked [scenario 23]", () => {
  const group = new ConditionalGroup({
    condition: () => "yes",
    branches: {
      yes: machine(),
      no: new ParallelGroup({ name: "both", steps: { a: human() }, callback: machine() }),
    },
  });
  const { nodes, edges } = withGroup(group).getGraph();
  const shape = nodes.map(({ id, type, parent, group_kind: kind }) => ({ id, type, parent, kind }));
  expect(shape).toEqual([
    { id: "begin", type: "machine" },
    { id: "group", type: "group", kind: "conditional" },
    { id: "group_yes", type: "machine", parent: "group" },
    { id: "both", type: "group", parent: "group", kind: "parallel" },
    { id: "a", type: "human", parent: "both" },
    { id: "both_callback", type: "machine", parent: "both" },
    { id: "done", type: "machine" },
  ]);
  expect(edges).toEqual([
    { source: "begin", target: "group" },
    { source: "group", target: "done" },
    { source: "group", target: "group_yes", condition: "yes", kind: "member" },
    { source: "group", target: "both", condition: "no", kind: "member" },
    { source: "a", target: "both_callback", kind: "member" },
  ]);
});
