import { listLiveExecutions, type InstanceSummary, type Queries } from "@drover/db";
import {
  type ExecutionId,
  isTerminal,
  StepNotFoundError,
  StepNotLiveError,
  WorkflowAlreadyCompletedError,
} from "@drover/engine";
import type { DefinitionCatalog } from "../definition-catalog.ts";
import { NoLiveExecutionError, StepAmbiguousError } from "../errors.ts";
import { act, type ActServices } from "./act.ts";

export interface SkipServices extends ActServices {
  readonly queries: Queries;
  readonly catalog: DefinitionCatalog;
}

/** Live executions of one step that are looked at: a map may have thousands. */
const MOST_EXECUTIONS = 1_000;

/** Executions that are named to who has to choose one. */
const MOST_NAMED = 20;

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
  const live = await listLiveExecutions(queries, instance.id, stepName, MOST_EXECUTIONS);
  const executionId = chosen(stepName, live, wanted);
  await act(services, instance.id, { type: "step.skip-requested", executionId });
}

function chosen(
  stepName: string,
  live: readonly ExecutionId[],
  wanted: string | null,
): ExecutionId {
  if (wanted !== null) {
    const found = live.find((id) => id === wanted.toLowerCase());
    if (found !== undefined) return found;
    throw new StepNotLiveError(wanted, `it is no live execution of step '${stepName}'`);
  }
  const [only, ...others] = live;
  if (only === undefined) throw new NoLiveExecutionError(stepName);
  if (others.length > 0) {
    throw new StepAmbiguousError(stepName, live.slice(0, MOST_NAMED), live.length);
  }
  return only;
}
