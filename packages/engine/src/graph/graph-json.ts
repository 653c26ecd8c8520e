import type { GroupStructure, WorkflowStructure } from "../definition/structure.ts";
import type { StepType } from "../status.ts";
import { memberEdges } from "./member-edges.ts";
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
  /** The group that the step stands in; absent for steps of the workflow itself. */
  readonly parent?: string;
  /** Groups alone. */
  readonly group_kind?: GroupStructure["kind"];
  /** Signal steps alone: the name of the signal. */
  readonly signal?: string;
  /** Sub-workflow steps alone: the name of the workflow that they start. */
  readonly workflow?: string;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /**
   * The expression's text or `conditional`, inside of a conditional group the branch's key; absent
   * where the edge has no condition.
   */
  readonly condition?: string;
  /** Inside of a group; absent for the workflow's own edges. */
  readonly kind?: "member";
}

export function graphToJson(structure: WorkflowStructure): GraphJson {
  return {
    nodes: structure.steps.map(({ name, type, memberOf, group, signal, workflow }) => ({
      id: name,
      label: stepLabel(name),
      type,
      is_initial: name === structure.initialStep,
      is_terminal: structure.terminalSteps.includes(name),
      ...(memberOf === undefined ? {} : { parent: memberOf }),
      ...(group === undefined ? {} : { group_kind: group.kind }),
      ...(signal === undefined ? {} : { signal: signal.name }),
      ...(workflow === undefined ? {} : { workflow: workflow.name }),
    })),
    edges: [
      ...structure.edges.map(edgeToJson),
      ...memberEdges(structure).map((edge) => ({ ...edgeToJson(edge), kind: "member" as const })),
    ],
  };
}

function edgeToJson({
  source,
  target,
  condition,
}: {
  readonly source: string;
  readonly target: string;
  readonly condition: string | null;
}): GraphEdge {
  return condition === null ? { source, target } : { source, target, condition };
}
