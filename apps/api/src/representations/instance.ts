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
  return {
    ...instanceDto(instance),
    context_data: instance.contextData,
    metadata: {
      workflow_name: instance.workflowName,
      workflow_version: instance.workflowVersion,
    },
    step_history: stepHistory(instance.executions),
    error: instance.error,
  };
}
