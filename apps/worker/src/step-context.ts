import {
  WorkflowContext,
  type Arrival,
  type ClaimedStep,
  type JsonValue,
  type Resumption,
  type StepRecord,
  type WorkflowDefinition,
} from "@drover/engine";

/** The context with which a claimed step's code runs. */
export function stepContext(
  step: ClaimedStep,
  definition: WorkflowDefinition,
  signal: AbortSignal,
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
    stepHistory: step.history,
    previousResult: previousResult(step.arrivals, step.history),
    submission: submissionOf(step.resumption),
    startedAt: step.startedAt,
    userId: step.createdBy,
    tenantId: step.tenantId,
    signal,
  });
}

/** What the step before came to; at a join a list, in the order of the edges. */
function previousResult(arrivals: readonly Arrival[], history: readonly StepRecord[]): JsonValue {
  const results = arrivals
    .toSorted((left, right) => left.edge - right.edge)
    .map(({ executionId }) => history.find((record) => record.id === executionId)?.result ?? null);
  return results.length > 1 ? results : (results[0] ?? null);
}

function submissionOf(resumption: Resumption | null): JsonValue {
  switch (resumption?.kind) {
    case "task":
      return resumption.data;
    case "callback":
      return resumption.payload;
    case "timer":
    case undefined:
      return null;
  }
}
