import type { InstanceDetail, InstanceSummary } from "@drover/db";
import type { InstanceDetailDto, InstanceDto } from "../schemas/instance.ts";
import { stepHistory } from "./step-history.ts";

export function instanceDto(instance: InstanceSummary): InstanceDto {
  return {
    id: instance.id,
    definition_name: instance.workflowName,
    definition_version: instance.workflowVersion,
    status: instance.status,
    current_step: instance.currentStep,
    started_at: instance.startedAt.toISOString(),
    completed_at: instance.completedAt?.toISOString() ?? null,
    created_by: instance.createdBy,
    tenant_id: instance.tenantId,
    correlation_id: instance.correlationId,
  };
}

export function instanceDetailDto(instance: InstanceDetail): InstanceDetailDto {
  const { parent } = instance;
  return {
    ...instanceDto(instance),
    context_data: instance.contextData,
    metadata: {
      ...instance.metadata,
      workflow_name: instance.workflowName,
      workflow_version: instance.workflowVersion,
    },
    output: instance.output,
    error: instance.error,
    deadline_at: instance.deadlineAt?.toISOString() ?? null,
    parent:
      parent === null ? null : { instance_id: parent.instanceId, execution_id: parent.executionId },
    children: instance.children.map((child) => ({
      instance_id: child.instanceId,
      definition_name: child.workflowName,
      status: child.status,
      step_name: child.stepName,
    })),
    signals: instance.signals.map((signal) => ({
      name: signal.name,
      received_at: signal.receivedAt.toISOString(),
      taken_at: signal.takenAt?.toISOString() ?? null,
    })),
    blocked: instance.unattended
      ? `No live worker knows version ${instance.workflowVersion} of workflow '${instance.workflowName}'`
      : null,
    step_count: instance.executionCount,
    step_history: stepHistory(instance.executions),
  };
}
