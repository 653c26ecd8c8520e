import type { WorkflowStructure } from "../definition/structure.ts";
import { NestingTooDeepError, WorkflowInactiveError, WorkflowNotFoundError } from "../errors.ts";
import { flowGraph } from "../graph/flow-graph.ts";
import type { JsonObject } from "../json.ts";
import type { ClaimedStep, WorkflowStore } from "../store.ts";
import type { Environment } from "../transition/environment.ts";
import { startInstance } from "../transition/start.ts";
import type { StartChild } from "./step-run.ts";

/** Workflows that wait for each other: more is an endless recursion. Who does not wait nests nothing. */
const DEEPEST = 16;

/** How a claimed step makes the instance of another workflow; the step's commit writes it. */
export function childStarter(
  store: Pick<WorkflowStore, "findDefinition">,
  step: ClaimedStep,
  environment: () => Environment,
  checkInput: (structure: WorkflowStructure, input: JsonObject) => void,
): StartChild {
  return async ({ workflow, version, input, waits }) => {
    if (waits && step.depth >= DEEPEST) throw new NestingTooDeepError(workflow, DEEPEST);
    const found = await store.findDefinition(workflow, version);
    if (found === null) throw new WorkflowNotFoundError(workflow, version ?? undefined);
    if (!found.isActive) throw new WorkflowInactiveError(workflow, version ?? undefined);
    checkInput(found.structure, input);
    const { instanceId, executionId, metadata, createdBy, tenantId } = step;
    const { name, version: which } = found.structure;
    const request = {
      definitionId: found.definitionId,
      input,
      // What the outer one was given goes on; what it is called does not.
      metadata: { ...metadata, workflow_name: name, workflow_version: which },
      correlationId: null,
      createdBy,
      tenantId,
      idempotency: null,
    };
    const origin = { instanceId, executionId, depth: waits ? step.depth + 1 : 0, waits };
    return startInstance(flowGraph(found.structure), request, environment(), origin).instance;
  };
}
