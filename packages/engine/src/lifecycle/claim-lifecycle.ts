import type { WorkflowStructure } from "../definition/structure.ts";
import type { ClaimedStep } from "../store.ts";
import type { StepStarted, WorkflowStarted } from "./lifecycle-event.ts";

/**
 * What is told when a worker begins with a step: that it starts, and of the first step of all that
 * the workflow does. Nothing where the step goes on after a wait or is tried again.
 */
export function claimEvents(
  step: ClaimedStep,
  structure: Pick<WorkflowStructure, "name" | "version" | "steps">,
  at: Date,
): (WorkflowStarted | StepStarted)[] {
  if (step.resumption !== null || step.failedTries > 0) return [];
  const base = {
    instanceId: step.instanceId,
    workflowName: structure.name,
    workflowVersion: structure.version,
  };
  const found = structure.steps.find(({ name }) => name === step.stepName);
  const started: StepStarted = {
    ...base,
    type: "step.started",
    timestamp: at.toISOString(),
    executionId: step.executionId,
    stepName: step.stepName,
    stepType: found?.type ?? "machine",
    undoes: step.undoes,
    attempt: step.attempt,
    inputData: step.item?.value ?? null,
  };
  if (!isFirst(step)) return [started];
  const { context, createdBy, tenantId, startedAt } = step;
  return [
    {
      ...base,
      type: "workflow.started",
      timestamp: startedAt,
      initialData: context,
      userId: createdBy,
      tenantId,
    },
    started,
  ];
}

/** Whether nothing of the instance has run before: only its first step comes from nowhere. */
function isFirst({ history, arrivals, membership, undoes, attempt }: ClaimedStep): boolean {
  const fromNowhere = arrivals.length === 0 && membership === null && undoes === null;
  return fromNowhere && history.length === 0 && attempt === 1;
}
