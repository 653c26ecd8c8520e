import { and, asc, eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowDefinitions } from "../schema/index.ts";

/** One version of a workflow without its steps and edges, which may be large. */
export type DefinitionVersion = Awaited<ReturnType<typeof listDefinitionVersions>>[number];

/** Versions of one workflow or of all, in the order of names; versions in no particular order. */
export async function listDefinitionVersions(
  queries: Queries,
  filter: { readonly name?: string; readonly activeOnly?: boolean } = {},
) {
  return queries
    .select({
      id: workflowDefinitions.id,
      name: workflowDefinitions.name,
      version: workflowDefinitions.version,
      description: workflowDefinitions.description,
      isActive: workflowDefinitions.isActive,
      createdAt: workflowDefinitions.createdAt,
    })
    .from(workflowDefinitions)
    .where(
      and(
        filter.name === undefined ? undefined : eq(workflowDefinitions.name, filter.name),
        filter.activeOnly === true ? eq(workflowDefinitions.isActive, true) : undefined,
      ),
    )
    .orderBy(asc(workflowDefinitions.name), asc(workflowDefinitions.id));
}
