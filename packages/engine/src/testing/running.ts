import { WorkflowContext } from "../context/workflow-context.ts";
import { Edge, type EdgeInit } from "../definition/edge.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { Step } from "../definition/step.ts";
import { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { runStep } from "../execution/run-step.ts";
import type { JsonObject } from "../json.ts";

/** When the step runs. */
export const NOW = new Date(Date.UTC(2026, 5, 1));
/** A step that does nothing. */
export const other = () => new MachineStep({ execute: () => null });

interface Situation {
  readonly edges?: readonly EdgeInit[];
  readonly data?: JsonObject;
  readonly resumed?: boolean;
  readonly submission?: JsonObject;
}

/** Runs a step called `step` that has edges to `left` and `right` unless told otherwise. */
export function running(step: Step, situation: Situation = {}) {
  const definition = new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { step, left: other(), right: other() },
    edges: situation.edges ?? [new Edge("step", "left"), new Edge("step", "right")],
    initialStep: "step",
  });
  return runStep({
    definition,
    stepName: "step",
    context: new WorkflowContext({
      data: situation.data ?? {},
      currentStep: "step",
      executionId: "execution-1",
      submission: situation.submission ?? null,
    }),
    resumed: situation.resumed ?? false,
    now: () => NOW,
    hashToken: (token) => `hash of ${token}`,
  });
}
