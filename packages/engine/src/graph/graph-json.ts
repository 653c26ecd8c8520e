import type { WorkflowStructure } from "../definition/structure.ts";
import type { StepType } from "../status.ts";
import { stepLabel } from "./step-label.ts";

/** The documents' JSON form of a graph; field names as they go over HTTP. */
export interface GraphJson {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly type: StepType;
  readonly is_initial: boolean;
  readonly is_terminal: boolean;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /** The expression's text or `conditional`; absent where the edge has no condition. */
  readonly condition?: string;
}

export function graphToJson(structure: WorkflowStructure): GraphJson {
  return {
    nodes: structure.steps.map((step) => ({
      id: step.name,
      label: stepLabel(step.name),
      type: step.type,
      is_initial: step.name === structure.initialStep,
      is_terminal: structure.terminalSteps.includes(step.name),
    })),
    edges: structure.edges.map(({ source, target, condition }) =>
      condition === null ? { source, target } : { source, target, condition },
    ),
  };
}
