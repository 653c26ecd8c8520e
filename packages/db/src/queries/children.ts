import type { InstanceId, WorkflowStatus } from "@drover/engine";
import { asc, eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances, workflowStepExecutions } from "../schema/index.ts";

/** An instance that a step of another one has started. */
export interface ChildDetail {
  readonly instanceId: InstanceId;
  readonly workflowName: string;
  readonly status: WorkflowStatus;
  /** The step that has started it. */
  readonly stepName: string;
}

/** Instances that steps of an instance have started, the oldest first, not more than so many. */
export async function listChildren(
  queries: Queries,
  id: InstanceId,
  limit: number,
): Promise<ChildDetail[]> {
  return queries
    .select({
      instanceId: workflowInstances.id,
      workflowName: workflowInstances.workflowName,
      status: workflowInstances.status,
      stepName: workflowStepExecutions.stepName,
    })
    .from(workflowInstances)
    .innerJoin(
      workflowStepExecutions,
      eq(workflowStepExecutions.id, workflowInstances.parentExecutionId),
    )
    .where(eq(workflowInstances.parentInstanceId, id))
    .orderBy(asc(workflowInstances.id))
    .limit(limit);
}
