import type { TaskDetail } from "@drover/db";
import type { TaskDto } from "../schemas/task.ts";

export function taskDto(task: TaskDetail): TaskDto {
  return {
    id: task.id,
    instance_id: task.instanceId,
    step_execution_id: task.stepExecutionId,
    step_name: task.stepName,
    workflow_name: task.workflowName,
    title: task.title,
    description: task.description,
    assignee: task.assigneeId,
    assignee_group: task.assigneeGroup,
    status: task.status,
    due_date: task.dueAt?.toISOString() ?? null,
    reminder_date: task.reminderAt?.toISOString() ?? null,
    created_at: task.createdAt.toISOString(),
    form_schema: task.formSchema,
    completed_at: task.completedAt?.toISOString() ?? null,
    completed_by: task.completedBy,
    comment: task.comment,
    output_data: task.outputData,
  };
}
