import {
  FUNCTION_CONDITION,
  type GroupStructure,
  type StepStructure,
  type WorkflowStructure,
} from "../definition/structure.ts";
import type { StepType } from "../status.ts";
import { memberEdgesOf } from "./member-edges.ts";
import { MermaidIds } from "./mermaid-ids.ts";
import { stepLabel } from "./step-label.ts";

/** Which steps a picture colours; a step named twice takes the last colour of this list. */
export interface MermaidState {
  readonly completedSteps?: readonly string[];
  readonly failedSteps?: readonly string[];
  readonly skippedSteps?: readonly string[];
  readonly waitingSteps?: readonly string[];
  readonly currentSteps?: readonly string[];
}

const STYLES: Readonly<Record<keyof MermaidState, string>> = {
  completedSteps: "fill:#90EE90,stroke:#006400,stroke-width:2px",
  failedSteps: "fill:#FFB6C1,stroke:#8B0000,stroke-width:2px",
  skippedSteps: "fill:#D3D3D3,stroke:#808080,stroke-width:1px,stroke-dasharray:5",
  waitingSteps: "fill:#87CEEB,stroke:#4169E1,stroke-width:2px",
  currentSteps: "fill:#FFD700,stroke:#FFA500,stroke-width:3px",
};

const SHAPES: Readonly<Record<StepType, readonly [string, string]>> = {
  machine: ["[", "]"],
  human: ["{{", "}}"],
  webhook: ["[", "]"],
  timer: ["([", "])"],
  gateway: ["{", "}"],
  group: ["[[", "]]"],
  signal: [">", "]"],
  workflow: ["[[", "]]"],
};

const INDENT = "    ";

/** The workflow as Mermaid text, top down. A group is a subgraph that holds its members. */
export function toMermaid(structure: WorkflowStructure): string {
  const ids = new MermaidIds(structure);
  const outer = structure.steps.filter((step) => step.memberOf === undefined);
  return [
    "graph TD",
    ...outer.flatMap((step) => drawStep(structure, ids, step)).map((line) => INDENT + line),
    ...structure.edges.map(
      ({ source, target, condition }) =>
        `${INDENT}${ids.of(source)} ${arrow(condition)} ${ids.of(target)}`,
    ),
  ].join("\n");
}

/** As `toMermaid`, with the state of an instance painted onto its steps and groups. */
export function toMermaidWithState(structure: WorkflowStructure, state: MermaidState): string {
  const ids = new MermaidIds(structure);
  // The keys of the table are the keys of the state; their order is the order of painting.
  const kinds = Object.keys(STYLES) as (keyof MermaidState)[];
  const styles = kinds.flatMap((kind) =>
    [...new Set(state[kind])]
      .filter((step) => ids.has(step))
      .map((step) => `${INDENT}style ${ids.of(step)} ${STYLES[kind]}`),
  );
  return [toMermaid(structure), ...styles].join("\n");
}

function drawStep(structure: WorkflowStructure, ids: MermaidIds, step: StepStructure): string[] {
  const label = escaped(prefix(structure, step.name) + stepLabel(step.name));
  if (step.group !== undefined) return drawGroup(structure, ids, step.name, label, step.group);
  const [open, close] = SHAPES[step.type];
  return [`${ids.of(step.name)}${open}${label}${close}`];
}

function drawGroup(
  structure: WorkflowStructure,
  ids: MermaidIds,
  name: string,
  label: string,
  group: GroupStructure,
): string[] {
  const members = structure.steps.filter((step) => step.memberOf === name);
  const chooses = group.kind === "conditional";
  const inside = [
    ...(chooses ? [`${ids.choiceOf(name)}{?}`] : []),
    ...members.flatMap((member) => drawStep(structure, ids, member)),
    ...memberEdgesOf(name, group).map(({ source, target, condition }) => {
      // No arrow of Mermaid leads from a subgraph into itself.
      const from = source === name ? ids.choiceOf(name) : ids.of(source);
      return `${from} ${arrow(condition)} ${ids.of(target)}`;
    }),
  ];
  return [
    `subgraph ${ids.of(name)}[${label}${groupMark(group)}]`,
    ...inside.map((line) => INDENT + line),
    "end",
  ];
}

/** What a group's title says beside its name; nothing where the arrows inside say it all. */
function groupMark(group: GroupStructure): string {
  if (group.kind === "race") return ": race";
  if (group.kind !== "map") return "";
  return group.concurrency === null ? ": for each" : `: for each, ${group.concurrency} at once`;
}

function prefix(structure: WorkflowStructure, name: string): string {
  if (name === structure.initialStep) return "START: ";
  return structure.terminalSteps.includes(name) ? "END: " : "";
}

function arrow(condition: string | null): string {
  if (condition === null) return "-->";
  if (condition === FUNCTION_CONDITION) return `-->|${FUNCTION_CONDITION}|`;
  const label = escaped(condition);
  return label === "" ? "-->" : `-->|${label}|`;
}

/** Text cannot leave its label nor become markup: what has a meaning to Mermaid or HTML goes. */
function escaped(text: string): string {
  return text
    .replaceAll(/['"()<>|[\]{}`#;&\\]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
