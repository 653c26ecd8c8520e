import { createHash } from "node:crypto";
import {
  isJsonObject,
  startInstance,
  flowGraph,
  toJsonObject,
  type Command,
  type DefinitionId,
  type JsonValue,
  type NewInstance,
  type StartOptions,
  type WorkflowStructure,
} from "@drover/engine";
import { v7 as newId } from "uuid";

/** What is to be written to start an instance of a definition. */
export function newInstance(
  { id, structure }: { readonly id: DefinitionId; readonly structure: WorkflowStructure },
  given: object,
  options: StartOptions,
  now: Date,
): { readonly instance: NewInstance; readonly command: Command } {
  const input = toJsonObject(given, `input of workflow '${structure.name}'`);
  const metadata = toJsonObject(options.metadata ?? {}, "metadata");
  const { idempotencyKey: key, version = null } = options;
  const { userId = null, tenantId = null, correlationId = null } = options;
  const asked = [structure.name, version, input, metadata, userId, tenantId, correlationId];
  return startInstance(
    flowGraph(structure),
    {
      definitionId: id,
      input,
      metadata: {
        workflow_name: structure.name,
        workflow_version: structure.version,
        ...metadata,
      },
      correlationId,
      createdBy: userId,
      tenantId,
      idempotency: key === undefined ? null : { key, requestHash: hashOf(asked) },
    },
    { now, newId },
  );
}

/** The same for the same members in whatever order. */
function hashOf(value: JsonValue): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
