import { LIVE_STEP_STATUSES, type LiveStepStatus } from "@drover/engine";
import { count, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowStepExecutions } from "../schema/index.ts";

/** How many step executions are live, by status. */
export type StepCounts = Readonly<Record<LiveStepStatus, number>>;

/** Counts live step executions; those that have ended are not touched. */
export async function countLiveSteps(queries: Queries): Promise<StepCounts> {
  const rows = await queries
    .select({ status: workflowStepExecutions.status, steps: count() })
    .from(workflowStepExecutions)
    // Written out, not as parameters: only so does the planner see that the partial index fits.
    .where(sql`${workflowStepExecutions.status} in ('pending', 'scheduled', 'running', 'waiting')`)
    .groupBy(workflowStepExecutions.status);
  const counts: Record<LiveStepStatus, number> = {
    pending: 0,
    scheduled: 0,
    running: 0,
    waiting: 0,
  };
  for (const { status, steps } of rows) {
    const live = LIVE_STEP_STATUSES.find((known) => known === status);
    if (live !== undefined) counts[live] = steps;
  }
  return counts;
}
