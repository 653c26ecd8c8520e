import type { InstanceId } from "@drover/engine";
import { inArray } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances } from "../schema/index.ts";

/** What an idempotency key was used for. */
export interface KeyUse {
  readonly key: string;
  readonly instanceId: InstanceId;
  readonly requestHash: string | null;
}

/** Those of the keys that are in use. */
export async function findIdempotencyKeys(
  queries: Queries,
  keys: readonly string[],
): Promise<KeyUse[]> {
  if (keys.length === 0) return [];
  const rows = await queries
    .select({
      key: workflowInstances.idempotencyKey,
      instanceId: workflowInstances.id,
      requestHash: workflowInstances.requestHash,
    })
    .from(workflowInstances)
    .where(inArray(workflowInstances.idempotencyKey, [...keys]));
  return rows.flatMap(({ key, instanceId, requestHash }) =>
    key === null ? [] : { key, instanceId, requestHash },
  );
}
