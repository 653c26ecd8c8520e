import {
  isTerminal,
  type DefinitionId,
  type InstanceId,
  type WorkflowStatus,
} from "@drover/engine";
import { sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances, workflowStepExecutions } from "../schema/index.ts";

/** An instance as lists show it: without its context and history. */
export interface InstanceSummary {
  readonly id: InstanceId;
  readonly definitionId: DefinitionId;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly status: WorkflowStatus;
  readonly currentStep: string | null;
  readonly startedAt: Date;
  readonly completedAt: Date | null;
  readonly createdBy: string | null;
  readonly tenantId: string | null;
  readonly correlationId: string | null;
}

/**
 * Instances with the step that each stands at. While a single token moves on inline, the
 * instance's own row says where it stood some steps ago; the live executions know better. Members of
 * a group stand where their group stands.
 */
export function selectSummaries(queries: Queries) {
  const foremost = queries
    .select({ stepName: workflowStepExecutions.stepName })
    .from(workflowStepExecutions)
    // Written out, not as a parameter: only so does the planner see that the partial index fits.
    .where(
      sql`${workflowStepExecutions.instanceId} = ${workflowInstances.id}
        and ${workflowStepExecutions.groupId} is null
        and ${workflowStepExecutions.status} in ('scheduled', 'running', 'waiting')`,
    )
    .orderBy(workflowStepExecutions.id)
    .limit(1)
    .as("foremost");
  return queries
    .select({
      id: workflowInstances.id,
      definitionId: workflowInstances.definitionId,
      workflowName: workflowInstances.workflowName,
      workflowVersion: workflowInstances.workflowVersion,
      status: workflowInstances.status,
      storedStep: workflowInstances.currentStep,
      liveStep: foremost.stepName,
      startedAt: workflowInstances.startedAt,
      completedAt: workflowInstances.completedAt,
      createdBy: workflowInstances.createdBy,
      tenantId: workflowInstances.tenantId,
      correlationId: workflowInstances.correlationId,
    })
    .from(workflowInstances)
    .leftJoinLateral(foremost, sql`true`);
}

type SummaryRow = Omit<InstanceSummary, "currentStep"> & {
  readonly storedStep: string | null;
  readonly liveStep: string | null;
};

/** A row of `selectSummaries` as the rest of the world sees it. */
export function instanceSummary({ storedStep, liveStep, ...row }: SummaryRow): InstanceSummary {
  return { ...row, currentStep: isTerminal(row.status) ? storedStep : (liveStep ?? storedStep) };
}
