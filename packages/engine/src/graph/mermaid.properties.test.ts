import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkflowStructure } from "../definition/structure.ts";
import { STEP_TYPES } from "../status.ts";
import { groupedFlows } from "../testing/arbitraries.ts";
import { parseMermaid } from "../testing/mermaid-parser.ts";
import { type Picture, readMermaid } from "../testing/read-mermaid.ts";
import { type GraphJson, graphToJson } from "./graph-json.ts";
import { MermaidIds } from "./mermaid-ids.ts";
import { toMermaid, toMermaidWithState } from "./mermaid.ts";

/** Names that mean something to Mermaid, and others that a step may have. */
const names = fc.oneof(
  fc.constantFrom("end", "End", "end-of", "graph", "subgraph", "style", "class", "class-a"),
  fc.constantFrom("classDef", "linkStyle", "click", "call", "href", "interpolate", "default"),
  fc.constantFrom("flowchart", "flowchart-elk", "direction", "TD", "x", "o", "v", "a-", "_"),
  fc.constantFrom("constructor", "__proto__", "class--a", "end--", "graph_1", "toString"),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/),
);

/** Random workflows whose steps have random names and types, and edges random conditions. */
const structures = groupedFlows.chain(({ structure }) => {
  const count = structure.steps.length;
  return fc
    .record({
      unique: fc.uniqueArray(names, { minLength: count, maxLength: count, size: "max" }),
      types: fc.array(fc.constantFrom(...STEP_TYPES), { minLength: count, maxLength: count }),
      conditions: fc.array(fc.option(fc.string({ unit: "grapheme" })), {
        minLength: structure.edges.length,
        maxLength: structure.edges.length,
      }),
      ends: fc.array(fc.nat(Math.max(0, count - 1))),
    })
    .map((parts) => disguised(structure, parts));
});

function disguised(
  structure: WorkflowStructure,
  parts: {
    readonly unique: readonly string[];
    readonly types: readonly (typeof STEP_TYPES)[number][];
    readonly conditions: readonly (string | null)[];
    readonly ends: readonly number[];
  },
): WorkflowStructure {
  const { unique, types, conditions, ends } = parts;
  const given = new Map(structure.steps.map(({ name }, index) => [name, unique[index] ?? name]));
  // Whatever stands in a structure and is a step's name is a string in its JSON.
  const text = JSON.stringify(structure, (_, value: unknown) =>
    typeof value === "string" ? (given.get(value) ?? value) : value,
  );
  // Other strings have come in where strings were.
  const renamed = JSON.parse(text) as WorkflowStructure;
  const outer = renamed.steps.filter((step) => step.memberOf === undefined);
  return {
    ...renamed,
    steps: renamed.steps.map((step, index) =>
      step.group === undefined ? { ...step, type: types[index] ?? "machine" } : step,
    ),
    edges: renamed.edges.map((edge, index) => ({ ...edge, condition: conditions[index] ?? null })),
    terminalSteps: ends.flatMap((end) => outer[end]?.name ?? []),
  };
}

/** Every node in words: its name in the picture, what it is and what it stands in. */
function drawnNodes({ nodes }: Picture): string[] {
  return nodes
    .map(({ id, parent, isSubgraph }) => `${isSubgraph ? "group" : "step"} ${id} in ${parent}`)
    .toSorted();
}

function nodesToDraw({ nodes }: GraphJson, ids: MermaidIds): string[] {
  const choices = nodes.filter((node) => node.group_kind === "conditional");
  return [
    ...nodes.map(({ id, parent, group_kind: kind }) => {
      const around = parent === undefined ? null : ids.of(parent);
      return `${kind === undefined ? "step" : "group"} ${ids.of(id)} in ${around}`;
    }),
    ...choices.map(({ id }) => `step ${ids.choiceOf(id)} in ${ids.of(id)}`),
  ].toSorted();
}

function drawnEdges({ edges }: Picture): string[] {
  return edges
    .map(({ source, target, parent }) => `${source} to ${target} in ${parent}`)
    .toSorted();
}

function edgesToDraw({ nodes, edges }: GraphJson, ids: MermaidIds): string[] {
  return edges
    .map(({ source, target, kind }) => {
      const group = nodes.find(({ id }) => id === target)?.parent;
      if (kind === undefined || group === undefined) {
        return `${ids.of(source)} to ${ids.of(target)} in null`;
      }
      const from = source === group ? ids.choiceOf(group) : ids.of(source);
      return `${from} to ${ids.of(target)} in ${ids.of(group)}`;
    })
    .toSorted();
}

describe("whatever the workflow", () => {
  test("Mermaid and JSON say the same: every step and edge once, every member in its group", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const ids = new MermaidIds(structure);
        const picture = readMermaid(toMermaid(structure));
        const graph = graphToJson(structure);
        expect(drawnNodes(picture)).toEqual(nodesToDraw(graph, ids));
        expect(drawnEdges(picture)).toEqual(edgesToDraw(graph, ids));
      }),
      { numRuns: 300 },
    );
  });

  test("Mermaid's own parser takes the text, colours and all", async () => {
    await fc.assert(
      fc.asyncProperty(structures, async (structure) => {
        const currentSteps = structure.steps.map((step) => step.name);
        const text = toMermaidWithState(structure, { currentSteps });
        expect(await parseMermaid(text)).toMatch(/^flowchart/);
        expect(readMermaid(text).styled).toHaveLength(currentSteps.length);
      }),
      { numRuns: 60 },
    );
  });

  test("no two steps share a name in the picture", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const { nodes } = readMermaid(toMermaid(structure));
        expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
      }),
      { numRuns: 300 },
    );
  });
});
