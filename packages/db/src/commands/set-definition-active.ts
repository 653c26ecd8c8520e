import type { DefinitionId } from "@drover/engine";
import { eq, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowDefinitions } from "../schema/index.ts";

/**
 * Lets instances of a definition start, or no longer. Those that run are not touched.
 * Saying the same again changes nothing.
 */
export async function setDefinitionActive(
  queries: Queries,
  id: DefinitionId,
  isActive: boolean,
): Promise<void> {
  await queries
    .update(workflowDefinitions)
    .set({ isActive, updatedAt: sql`now()` })
    .where(eq(workflowDefinitions.id, id));
}
