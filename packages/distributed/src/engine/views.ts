import type { ExecutionDetail, InstanceDetail, TaskDetail } from "@drover/db";
import type { ExecutionView, InstanceView, TaskView } from "@drover/engine";

/** A row and its history as those see it who run workflows. */
export function instanceView(instance: InstanceDetail): InstanceView {
  const { workflowName, workflowVersion, parent } = instance;
  return {
    id: instance.id,
    workflowName,
    workflowVersion,
    status: instance.status,
    currentStep: instance.currentStep,
    context: instance.contextData,
    metadata: {
      ...instance.metadata,
      workflow_name: workflowName,
      workflow_version: workflowVersion,
    },
    output: instance.output,
    error: instance.error,
    startedAt: instance.startedAt,
    completedAt: instance.completedAt,
    parentId: parent?.instanceId ?? null,
    history: instance.executions.map(executionView),
  };
}

function executionView(execution: ExecutionDetail): ExecutionView {
  return {
    id: execution.id,
    stepName: execution.stepName,
    stepType: execution.stepType,
    status: execution.status,
    result: execution.outputData,
    error: execution.errorDetails,
    contextChanges: execution.contextChanges ?? {},
    completedBy: execution.completedBy,
    failedTries: execution.failedTries,
    groupId: execution.groupId,
    memberIndex: execution.memberIndex,
    undoes: execution.undoes,
    startedAt: execution.startedAt,
    completedAt: execution.completedAt,
  };
}

export function taskView(task: TaskDetail): TaskView {
  return {
    id: task.id,
    instanceId: task.instanceId,
    stepName: task.stepName,
    title: task.title,
    description: task.description,
    formSchema: task.formSchema,
    assigneeId: task.assigneeId,
    assigneeGroup: task.assigneeGroup,
    dueAt: task.dueAt,
    status: task.status,
    createdAt: task.createdAt,
  };
}
