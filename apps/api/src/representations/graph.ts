import type { StepState } from "@drover/db";
import {
  graphToJson,
  type MermaidState,
  type StepStatus,
  toMermaid,
  toMermaidWithState,
  type WorkflowStructure,
} from "@drover/engine";
import { UnknownGraphFormatError } from "../errors.ts";
import type { GraphDto } from "../schemas/definition.ts";

/**
 * @param format `mermaid` or `json`
 * @throws UnknownGraphFormatError
 */
export function graphDto(structure: WorkflowStructure, format: string): GraphDto {
  return graph(structure, format, () => toMermaid(structure));
}

/** The graph with what the instance did and where it stands painted onto its steps. */
export function instanceGraphDto(
  structure: WorkflowStructure,
  states: readonly StepState[],
  format: string,
): GraphDto {
  return graph(structure, format, () => toMermaidWithState(structure, paintedSteps(states)));
}

function graph(structure: WorkflowStructure, format: string, source: () => string): GraphDto {
  if (format !== "mermaid" && format !== "json") throw new UnknownGraphFormatError(format);
  const { nodes, edges } = graphToJson(structure);
  return {
    mermaid_source: format === "mermaid" ? source() : "",
    nodes: [...nodes],
    edges: [...edges],
  };
}

/** A step that waits is a current one too, as the documents paint it. */
function paintedSteps(states: readonly StepState[]): MermaidState {
  const stepsThatAre = (...statuses: StepStatus[]) =>
    states.filter(({ status }) => statuses.includes(status)).map(({ stepName }) => stepName);
  return {
    completedSteps: stepsThatAre("succeeded"),
    failedSteps: stepsThatAre("failed"),
    skippedSteps: stepsThatAre("skipped"),
    waitingSteps: stepsThatAre("waiting"),
    currentSteps: stepsThatAre("scheduled", "running", "waiting"),
  };
}
