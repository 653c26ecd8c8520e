import type { InstanceId, StepStatus } from "@drover/engine";
import { and, desc, eq, ne, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowStepExecutions } from "../schema/index.ts";

/** How a step of an instance stands. */
export interface StepState {
  readonly stepName: string;
  readonly status: StepStatus;
}

/**
 * How each step of an instance stands that has started. Of a step that ran several times the last
 * run counts, and one that is live more than any that has ended.
 */
export async function listStepStates(queries: Queries, id: InstanceId): Promise<StepState[]> {
  const { stepName, status, sequence, instanceId } = workflowStepExecutions;
  return queries
    .selectDistinctOn([stepName], { stepName, status })
    .from(workflowStepExecutions)
    .where(and(eq(instanceId, id), ne(status, "pending")))
    .orderBy(stepName, sql`${sequence} desc nulls first`, desc(workflowStepExecutions.id));
}
