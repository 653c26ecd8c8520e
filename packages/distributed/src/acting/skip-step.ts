import { listLiveExecutions, type InstanceSummary, type Queries } from "@drover/db";
import {
  asId,
  chooseLive,
  type ExecutionId,
  isTerminal,
  isUuid,
  StepNotFoundError,
  WorkflowAlreadyCompletedError,
} from "@drover/engine";
import type { DefinitionCatalog } from "../definition-catalog.ts";
import { act, type ActServices } from "./act.ts";

export interface SkipServices extends ActServices {
  readonly queries: Queries;
  readonly catalog: DefinitionCatalog;
}

/** Live executions of one step that are looked at: a map may have thousands. */
const MOST_EXECUTIONS = 1_000;

/**
 * Leaves a live step out: the flow goes on as if its `canExecute` had said no.
 * @param wanted which of its live executions; null where it has only one
 * @throws WorkflowAlreadyCompletedError, StepNotFoundError, StepNotLiveError, StepAmbiguousError
 */
export async function skipStep(
  services: SkipServices,
  instance: InstanceSummary,
  stepName: string,
  wanted: string | null,
): Promise<void> {
  if (isTerminal(instance.status)) {
    throw new WorkflowAlreadyCompletedError(instance.id, instance.status);
  }
  const { steps } = await services.catalog.structure(instance.definitionId);
  if (!steps.some((step) => step.name === stepName)) throw new StepNotFoundError(stepName);
  const { queries } = services;
  const only = wanted !== null && isUuid(wanted) ? asId<ExecutionId>(wanted) : null;
  const live = await listLiveExecutions(queries, instance.id, stepName, MOST_EXECUTIONS, only);
  const executionId = chooseLive(stepName, live, wanted);
  await act(services, instance.id, { type: "step.skip-requested", executionId });
}
