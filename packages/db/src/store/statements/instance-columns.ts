import type { NewInstance } from "@drover/engine";

/** A new instance as its columns, whoever starts it. */
export function instanceColumns(instance: NewInstance) {
  return {
    id: instance.instanceId,
    definition_id: instance.definitionId,
    workflow_name: instance.workflowName,
    workflow_version: instance.workflowVersion,
    current_step: instance.firstExecution.stepName,
    context_data: instance.input,
    metadata: instance.metadata,
    tenant_id: instance.tenantId,
    created_by: instance.createdBy,
    correlation_id: instance.correlationId,
    started_at: instance.startedAt,
    deadline_at: instance.deadlineAt,
  };
}

/** The same with its key and its first step, where a person or a program starts it. */
export function instanceRow(instance: NewInstance) {
  return {
    ...instanceColumns(instance),
    idempotency_key: instance.idempotency?.key ?? null,
    request_hash: instance.idempotency?.requestHash ?? null,
    execution_id: instance.firstExecution.executionId,
    step_type: instance.firstExecution.stepType,
  };
}
