import { findInstance, type InstanceSummary, type Queries } from "@drover/db";
import { asId, type InstanceId, isUuid } from "@drover/engine";
import { includes, type Scope } from "../access/scope.ts";
import { InstanceNotFoundError } from "../errors.ts";

/** @throws InstanceNotFoundError for what can be no instance's id */
export function instanceId(text: string): InstanceId {
  if (!isUuid(text)) throw new InstanceNotFoundError(text);
  return asId<InstanceId>(text);
}

/**
 * An instance that the caller may see. Those of others are not there, however they are asked for.
 * @throws InstanceNotFoundError
 */
export function found<Instance extends InstanceSummary>(
  instance: Instance | null,
  id: string,
  scope: Scope,
): Instance {
  if (instance === null || !includes(scope, instance.tenantId)) throw new InstanceNotFoundError(id);
  return instance;
}

/**
 * As `found`, for an id as it was sent.
 * @throws InstanceNotFoundError
 */
export async function existingInstance(
  queries: Queries,
  text: string,
  scope: Scope,
): Promise<InstanceSummary> {
  const id = instanceId(text);
  return found(await findInstance(queries, id), id, scope);
}
