import { asc, desc } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowWorkers } from "../schema/index.ts";

/** A worker process as it last reported itself. */
export type WorkerDetail = typeof workflowWorkers.$inferSelect;

/** More workers than this are not listed, those silent for longest are left out. */
const MOST_WORKERS = 1_000;

/** Workers, the one heard of last first. */
export async function listWorkers(queries: Queries): Promise<WorkerDetail[]> {
  return queries
    .select()
    .from(workflowWorkers)
    .orderBy(desc(workflowWorkers.heartbeatAt), asc(workflowWorkers.id))
    .limit(MOST_WORKERS);
}
