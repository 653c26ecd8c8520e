import { TimerStep } from "../definition/timer-step.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { flowGraph, type EdgeIndex } from "../graph/flow-graph.ts";

/**
 * The edge that a timer step takes when its time has come, whatever else has happened: it has no code of its
 * own, one edge leads on without a condition, and nothing else leads to where that leads.
 * @returns null where code has to run to know how it goes on
 */
export function edgeBehindTimer(
  definition: WorkflowDefinition,
  stepName: string,
): EdgeIndex | null {
  const step = definition.steps.get(stepName);
  if (!(step instanceof TimerStep) || step.hasCode) return null;
  const graph = flowGraph(definition.structure);
  const [index] = graph.outgoing(stepName);
  if (index === undefined || !graph.isOnlyWay(index)) return null;
  return definition.edges[index]?.condition === null ? index : null;
}
