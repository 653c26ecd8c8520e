import {
  startInstance,
  flowGraph,
  LARGEST_METADATA,
  type Command,
  type DefinitionId,
  type NewInstance,
  type StartOptions,
  type WorkflowStructure,
} from "@drover/engine";
import { keptObject, requestHash } from "@drover/platform";
import { v7 as newId } from "uuid";

/** What is to be written to start an instance of a definition. */
export function newInstance(
  { id, structure }: { readonly id: DefinitionId; readonly structure: WorkflowStructure },
  given: object,
  options: StartOptions,
  now: Date,
): { readonly instance: NewInstance; readonly command: Command } {
  const input = keptObject(given, `input of workflow '${structure.name}'`);
  const metadata = keptObject(options.metadata ?? {}, "metadata", LARGEST_METADATA);
  const { idempotencyKey: key, version = null } = options;
  const { userId = null, tenantId = null, correlationId = null } = options;
  const asked = [structure.name, version, input, metadata, userId, tenantId, correlationId];
  return startInstance(
    flowGraph(structure),
    {
      definitionId: id,
      input,
      metadata: {
        ...metadata,
        workflow_name: structure.name,
        workflow_version: structure.version,
      },
      correlationId,
      createdBy: userId,
      tenantId,
      idempotency: key === undefined ? null : { key, requestHash: requestHash(asked) },
    },
    { now, newId },
  );
}
