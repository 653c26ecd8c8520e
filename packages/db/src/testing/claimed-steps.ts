import type {
  ClaimedStep,
  JsonObject,
  WorkerId,
  WorkflowStore,
  WorkflowStructure,
} from "@drover/engine";
import { aNewInstance, there } from "@drover/engine/testing";
import { newId } from "../new-id.ts";

interface Wanted {
  readonly workerId: WorkerId;
  readonly instances?: number;
  readonly input?: JsonObject;
}

/** The first steps of new instances, one unless more are wanted, claimed in the same moment. */
export async function claimedSteps(
  store: WorkflowStore,
  structure: WorkflowStructure,
  { workerId, instances = 1, input = {} }: Wanted,
): Promise<ClaimedStep[]> {
  const definitionId = there((await store.registerDefinitions([structure]))[0]);
  const started = Array.from({ length: instances }, () =>
    aNewInstance(structure, definitionId, newId, { input }),
  );
  await store.startInstances(started);
  const claims = started.map(({ firstExecution: { executionId } }) =>
    store.claim({ executionId, attempt: 1, workerId, definitionIds: [definitionId] }),
  );
  return (await Promise.all(claims)).map((claim) => {
    if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
    return claim.step;
  });
}
