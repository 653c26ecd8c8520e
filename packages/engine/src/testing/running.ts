import { type ContextInit, WorkflowContext } from "../context/workflow-context.ts";
import { Edge, type EdgeInit } from "../definition/edge.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { Step } from "../definition/step.ts";
import { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { runStep } from "../execution/run-step.ts";
import type { StepRun } from "../execution/step-run.ts";
import { stillPorts } from "./run-ports.ts";

/** When the step runs. */
export const NOW = new Date(Date.UTC(2026, 5, 1));
/** A step that does nothing. */
export const other = () => new MachineStep({ execute: () => null });

type RunInit = Pick<StepRun, "failedTries" | "compensation" | "random" | "timers">;

/** What is not as it mostly is: of the definition, of the run and of what its code sees. */
interface Situation extends Partial<RunInit>, ContextInit {
  /** Whether what the step waited for has come. */
  readonly resumed?: boolean;
  readonly edges?: readonly EdgeInit[];
}

/** Runs a step called `step` that has edges to `left` and `right` unless told otherwise. */
export function running(step: Step, { edges, resumed, ...situation }: Situation = {}) {
  const definition = new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: { step, left: other(), right: other() },
    edges: edges ?? [new Edge("step", "left"), new Edge("step", "right")],
    initialStep: "step",
  });
  return runStep({
    definition,
    stepName: "step",
    context: new WorkflowContext({
      currentStep: "step",
      executionId: "execution-1",
      ...situation,
    }),
    resumption: resumed === true ? { kind: "timer" } : null,
    startChild: () => Promise.reject(new Error("no workflow can be started here")),
    failedTries: 0,
    compensation: false,
    ...stillPorts(),
    now: () => NOW,
    hashToken: (token) => `hash of ${token}`,
    ...situation,
  });
}
