import {
  chooseLive,
  isTerminal,
  StepNotFoundError,
  WorkflowAlreadyCompletedError,
  type ExecutionId,
  type InstanceId,
  type MemoryStore,
} from "@drover/engine";

/**
 * The live execution of a step.
 * @param wanted which of them; null where there is only one
 * @throws WorkflowInstanceNotFoundError, WorkflowAlreadyCompletedError, StepNotFoundError,
 *   NoLiveExecutionError, StepNotLiveError, StepAmbiguousError
 */
export function liveExecution(
  rows: MemoryStore["rows"],
  instanceId: InstanceId,
  stepName: string,
  wanted: ExecutionId | null,
): ExecutionId {
  const { status, request } = rows.instance(instanceId);
  if (isTerminal(status)) throw new WorkflowAlreadyCompletedError(instanceId, status);
  const { steps } = rows.structure(request.definitionId);
  if (!steps.some(({ name }) => name === stepName)) throw new StepNotFoundError(stepName);
  const live = [...rows.live(instanceId, "outer"), ...rows.live(instanceId, "members")];
  const ofStep = live.filter((row) => row.stepName === stepName).map((row) => row.id);
  return chooseLive(stepName, ofStep, wanted);
}
