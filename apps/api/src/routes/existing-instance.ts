import { findInstance, type InstanceSummary, type Queries } from "@drover/db";
import { asId, type InstanceId, isUuid } from "@drover/engine";
import { InstanceNotFoundError } from "../errors.ts";

/** @throws InstanceNotFoundError for what can be no instance's id */
export function instanceId(text: string): InstanceId {
  if (!isUuid(text)) throw new InstanceNotFoundError(text);
  return asId<InstanceId>(text);
}

/** @throws InstanceNotFoundError */
export function found<Instance extends InstanceSummary>(
  instance: Instance | null,
  id: string,
): Instance {
  if (instance === null) throw new InstanceNotFoundError(id);
  return instance;
}

/** @throws InstanceNotFoundError */
export async function existingInstance(queries: Queries, text: string): Promise<InstanceSummary> {
  const id = instanceId(text);
  return found(await findInstance(queries, id), id);
}
