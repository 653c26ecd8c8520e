import {
  FUNCTION_CONDITION,
  type StepStructure,
  type WorkflowStructure,
} from "../definition/structure.ts";
import type { StepType } from "../status.ts";
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
  timer: ["([[", "]])"],
  gateway: ["{", "}"],
  group: ["[[", "]]"],
  signal: [">", "]"],
  workflow: ["[[", "]]"],
};

/** The workflow as Mermaid text, top down. */
export function toMermaid(structure: WorkflowStructure): string {
  return [
    "graph TD",
    ...structure.steps.map((step) => `    ${node(structure, step)}`),
    ...structure.edges.map(
      (edge) => `    ${nodeId(edge.source)} ${arrow(edge.condition)} ${nodeId(edge.target)}`,
    ),
  ].join("\n");
}

/** As `toMermaid`, with the state of an instance painted onto its steps. */
export function toMermaidWithState(structure: WorkflowStructure, state: MermaidState): string {
  const known = new Set(structure.steps.map((step) => step.name));
  // The keys of the table are the keys of the state; their order is the order of painting.
  const kinds = Object.keys(STYLES) as (keyof MermaidState)[];
  const styles = kinds.flatMap((kind) =>
    [...new Set(state[kind])]
      .filter((step) => known.has(step))
      .map((step) => `    style ${nodeId(step)} ${STYLES[kind]}`),
  );
  return [toMermaid(structure), ...styles].join("\n");
}

function node(structure: WorkflowStructure, step: StepStructure): string {
  const [open, close] = SHAPES[step.type];
  const prefix =
    step.name === structure.initialStep
      ? "START: "
      : structure.terminalSteps.includes(step.name)
        ? "END: "
        : "";
  return `${nodeId(step.name)}${open}${escaped(prefix + stepLabel(step.name))}${close}`;
}

function arrow(condition: string | null): string {
  if (condition === null) return "-->";
  if (condition === FUNCTION_CONDITION) return `-->|${FUNCTION_CONDITION}|`;
  const label = escaped(condition);
  return label === "" ? "-->" : `-->|${label}|`;
}

/** Mermaid reads a node called `end`, in any case, as the end of a block. */
function nodeId(step: string): string {
  return /^end$/i.test(step) ? `${step}_` : step;
}

/** Text cannot leave its label nor become markup: what has a meaning to Mermaid or HTML goes. */
function escaped(text: string): string {
  return text
    .replaceAll(/['"()<>|[\]{}`#;&\\]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
