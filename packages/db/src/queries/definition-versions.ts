import { and, asc, eq, inArray } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowDefinitions } from "../schema/index.ts";

/** One version of a workflow without its steps and edges, which may be large. */
export type DefinitionVersion = Awaited<ReturnType<typeof listDefinitionVersions>>[number];

/** Versions of some workflows or of all, in the order of names; versions in no particular order. */
export async function listDefinitionVersions(
  queries: Queries,
  filter: { readonly names?: readonly string[]; readonly activeOnly?: boolean } = {},
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
        filter.names === undefined
          ? undefined
          : inArray(workflowDefinitions.name, [...filter.names]),
        filter.activeOnly === true ? eq(workflowDefinitions.isActive, true) : undefined,
      ),
    )
    .orderBy(asc(workflowDefinitions.name), asc(workflowDefinitions.id));
}
