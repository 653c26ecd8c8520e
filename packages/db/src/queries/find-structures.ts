import type { DefinitionId, WorkflowStructure } from "@drover/engine";
import { inArray } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowDefinitions } from "../schema/index.ts";

/** Steps and edges of definitions by their ids; they never change. */
export async function findStructures(
  queries: Queries,
  ids: readonly DefinitionId[],
): Promise<ReadonlyMap<DefinitionId, WorkflowStructure>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select({ id: workflowDefinitions.id, structure: workflowDefinitions.definitionJson })
    .from(workflowDefinitions)
    .where(inArray(workflowDefinitions.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row.structure]));
}
