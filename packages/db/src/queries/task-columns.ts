import { eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowHumanTasks, workflowInstances } from "../schema/index.ts";

/** A human task with the workflow that it belongs to. */
export type TaskDetail = Awaited<ReturnType<typeof selectTasks>>[number];

export function selectTasks(queries: Queries) {
  return queries
    .select({
      id: workflowHumanTasks.id,
      instanceId: workflowHumanTasks.instanceId,
      stepExecutionId: workflowHumanTasks.stepExecutionId,
      stepName: workflowHumanTasks.stepName,
      workflowName: workflowInstances.workflowName,
      tenantId: workflowInstances.tenantId,
      title: workflowHumanTasks.title,
      description: workflowHumanTasks.description,
      formSchema: workflowHumanTasks.formSchema,
      assigneeId: workflowHumanTasks.assigneeId,
      assigneeGroup: workflowHumanTasks.assigneeGroup,
      dueAt: workflowHumanTasks.dueAt,
      reminderAt: workflowHumanTasks.reminderAt,
      status: workflowHumanTasks.status,
      createdAt: workflowHumanTasks.createdAt,
      completedAt: workflowHumanTasks.completedAt,
      completedBy: workflowHumanTasks.completedBy,
      comment: workflowHumanTasks.comment,
      outputData: workflowHumanTasks.outputData,
    })
    .from(workflowHumanTasks)
    .innerJoin(workflowInstances, eq(workflowInstances.id, workflowHumanTasks.instanceId));
}
