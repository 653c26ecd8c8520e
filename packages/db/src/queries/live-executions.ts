import type { ExecutionId, InstanceId } from "@drover/engine";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowStepExecutions } from "../schema/index.ts";

/**
 * Live executions of a step of an instance, the oldest first, not more than so many.
 * @param only this one, if it is one of them; null for all
 */
export async function listLiveExecutions(
  queries: Queries,
  instanceId: InstanceId,
  stepName: string,
  limit: number,
  only: ExecutionId | null = null,
): Promise<ExecutionId[]> {
  const rows = await queries
    .select({ id: workflowStepExecutions.id })
    .from(workflowStepExecutions)
    .where(
      and(
        eq(workflowStepExecutions.instanceId, instanceId),
        eq(workflowStepExecutions.stepName, stepName),
        only === null ? undefined : eq(workflowStepExecutions.id, only),
        // Written out, not as parameters: only so does the planner see that the partial index fits.
        sql`${workflowStepExecutions.status} in ('pending', 'scheduled', 'running', 'waiting')`,
      ),
    )
    .orderBy(asc(workflowStepExecutions.id))
    .limit(limit);
  return rows.map((row) => row.id);
}
