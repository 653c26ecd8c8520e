import type { InstanceId } from "@drover/engine";
import { eq, inArray } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances } from "../schema/index.ts";
import { instanceSummary, selectSummaries, type InstanceSummary } from "./instance-summary.ts";

/** One instance, null where there is none. */
export async function findInstance(
  queries: Queries,
  id: InstanceId,
): Promise<InstanceSummary | null> {
  const [row] = await selectSummaries(queries).where(eq(workflowInstances.id, id));
  return row === undefined ? null : instanceSummary(row);
}

/** Those of the instances that are there, in no particular order. */
export async function findInstances(
  queries: Queries,
  ids: readonly InstanceId[],
): Promise<InstanceSummary[]> {
  if (ids.length === 0) return [];
  const rows = await selectSummaries(queries).where(inArray(workflowInstances.id, [...ids]));
  return rows.map(instanceSummary);
}
