import { WorkflowContext, type StepRecord } from "../context/workflow-context.ts";
import type { StepSignal } from "../context/step-signal.ts";
import { SubWorkflowStep } from "../definition/sub-workflow-step.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import type { JsonValue } from "../json.ts";
import { CALLBACK_INDEX, type Arrival } from "../state/instance-state.ts";
import type { ClaimedStep } from "../store.ts";
import { groupResult, memberResults } from "./group-result.ts";

/**
 * The context with which a claimed step's code runs.
 * @param onHeartbeat is told what running code says of itself
 */
export function stepContext(
  step: ClaimedStep,
  definition: WorkflowDefinition,
  signal: StepSignal,
  onHeartbeat: (details: JsonValue) => void,
): WorkflowContext {
  return new WorkflowContext({
    data: step.context,
    metadata: step.metadata,
    instanceId: step.instanceId,
    workflowName: definition.name,
    workflowVersion: definition.version,
    currentStep: step.stepName,
    executionId: step.executionId,
    attempt: step.attempt,
    tryNumber: step.failedTries + 1,
    heartbeatDetails: step.heartbeatDetails,
    onHeartbeat,
    stepHistory: step.history,
    previousResult: previousResult(step, definition),
    submission: submissionOf(step, definition),
    ...(step.item === undefined ? {} : { item: step.item.value, itemIndex: step.item.index }),
    startedAt: step.startedAt,
    userId: step.createdBy,
    tenantId: step.tenantId,
    signal,
  });
}

/**
 * What the step before came to; at a join a list, in the order of the edges. A callback gets what
 * the members of its group came to, the first step on an item gets the item.
 */
function previousResult(step: ClaimedStep, definition: WorkflowDefinition): JsonValue {
  if (step.membership?.index === CALLBACK_INDEX) {
    const memberOf = structureOf(definition, step.stepName)?.memberOf ?? "";
    const group = structureOf(definition, memberOf)?.group;
    return group === undefined ? null : memberResults(group, step.members);
  }
  const { arrivals, item, history } = step;
  if (arrivals.length === 0 && item !== undefined) return item.value;
  return resultOf(arrivals, history);
}

function resultOf(arrivals: readonly Arrival[], history: readonly StepRecord[]): JsonValue {
  const results = arrivals
    .toSorted((left, right) => left.edge - right.edge)
    .map(({ executionId }) => history.find((record) => record.id === executionId)?.result ?? null);
  return results.length > 1 ? results : (results[0] ?? null);
}

/** What has woken the step. */
function submissionOf(step: ClaimedStep, definition: WorkflowDefinition): JsonValue {
  const { resumption } = step;
  switch (resumption?.kind) {
    case "task":
      return resumption.data;
    case "callback":
    case "signal":
      return resumption.payload;
    case "child":
      return waitsForChild(definition, step.stepName)
        ? step.childOutput
        : { instance_id: resumption.instanceId };
    case "group": {
      const group = structureOf(definition, step.stepName)?.group;
      return group === undefined ? null : groupResult(group, step.members);
    }
    case "timer":
    case "signal-timeout":
    case "skip":
    case undefined:
      return null;
  }
}

function waitsForChild({ steps }: WorkflowDefinition, stepName: string): boolean {
  const step = steps.get(stepName);
  return !(step instanceof SubWorkflowStep) || step.wait;
}

function structureOf({ structure }: WorkflowDefinition, stepName: string) {
  return structure.steps.find((step) => step.name === stepName);
}
