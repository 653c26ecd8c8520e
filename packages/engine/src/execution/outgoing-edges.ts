import type { WorkflowContext } from "../context/workflow-context.ts";
import { Gateway } from "../definition/gateway.ts";
import { SignalStep } from "../definition/signal-step.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { errorText, InvalidTransitionError, StepContractError } from "../errors.ts";
import { flowGraph, type EdgeIndex } from "../graph/flow-graph.ts";

/**
 * The edges that a step takes when it ends, in the order of declaration.
 *
 * A gateway that has decided goes where it said, whatever the edges' conditions; every other step
 * takes each edge whose condition holds, an undecided exclusive gateway only the first of them.
 *
 * A signal step with a branch for its timeout takes that one when no signal came in time, and the
 * others when one did.
 *
 * @param decision what a gateway's `execute` returned; of no interest for other steps
 * @param timedOut whether a signal step has waited in vain
 * @throws InvalidTransitionError when a condition throws or a gateway names a step without an
 *   edge, StepContractError when a gateway returns something else
 */
export function outgoingEdges(
  definition: WorkflowDefinition,
  stepName: string,
  context: WorkflowContext,
  decision: unknown,
  timedOut = false,
): EdgeIndex[] {
  const graph = flowGraph(definition.structure);
  if (graph.isListedTerminal(stepName)) return [];
  const step = definition.steps.get(stepName);
  const outgoing = graph.outgoing(stepName).filter((edge) => {
    if (!(step instanceof SignalStep) || step.onTimeout === null) return true;
    return (graph.edge(edge).target === step.onTimeout) === timedOut;
  });
  if (!(step instanceof Gateway))
    return outgoing.filter((edge) => holds(definition, edge, context));
  if (decision !== undefined && decision !== null) {
    return chosenEdges(definition, stepName, step, decision);
  }
  if (step.gatewayKind !== "exclusive") {
    return outgoing.filter((edge) => holds(definition, edge, context));
  }
  const first = outgoing.find((edge) => holds(definition, edge, context));
  return first === undefined ? [] : [first];
}

function holds(
  definition: WorkflowDefinition,
  index: EdgeIndex,
  context: WorkflowContext,
): boolean {
  const edge = definition.edges[index];
  if (edge === undefined) return false;
  try {
    return edge.evaluateCondition(context);
  } catch (error) {
    const reason = `condition failed: ${errorText(error)}`;
    throw new InvalidTransitionError(edge.getSourceName(), edge.getTargetName(), reason, {
      cause: error,
    });
  }
}

function chosenEdges(
  definition: WorkflowDefinition,
  stepName: string,
  gateway: Gateway,
  decision: unknown,
): EdgeIndex[] {
  const graph = flowGraph(definition.structure);
  const names = typeof decision === "string" ? [decision] : decision;
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === "string")) {
    throw new StepContractError(stepName, "must return the name of a step or a list of names");
  }
  if (gateway.gatewayKind === "exclusive" && names.length !== 1) {
    throw new StepContractError(stepName, `must choose one step, got ${names.length}`);
  }
  const chosen = new Set(
    names.map((name) => {
      const edge = graph.outgoing(stepName).find((index) => graph.edge(index).target === name);
      if (edge === undefined) throw unknownTarget(definition, stepName, name);
      return edge;
    }),
  );
  return [...chosen].sort((left, right) => left - right);
}

function unknownTarget(definition: WorkflowDefinition, stepName: string, target: string): Error {
  return new InvalidTransitionError(
    stepName,
    target,
    definition.steps.has(target)
      ? "there is no edge between them"
      : `step '${target}' not found in definition`,
  );
}
