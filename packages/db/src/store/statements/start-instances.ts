import type { InstanceId, NewInstance, StartResult } from "@drover/engine";
import type { Sql } from "postgres";

/**
 * Writes instances with their first steps. One whose idempotency key is taken is left out, and
 * so is its step; who has the key is asked afterwards. Sent twice (an answer was lost), it finds
 * its own ids and writes nothing. Keys in sorted order: two batches cannot wait in a circle.
 */
const START_INSTANCES = `
with wanted as materialized (
  select * from jsonb_to_recordset($1::text::jsonb) as x(
    id uuid, definition_id uuid, workflow_name text, workflow_version text, current_step text,
    context_data jsonb, metadata jsonb, tenant_id text, created_by text, correlation_id text,
    idempotency_key text, request_hash text, started_at timestamptz, execution_id uuid,
    step_type text)),
created as (
  insert into workflow_instances (
    id, definition_id, workflow_name, workflow_version, status, current_step, context_data,
    metadata, tenant_id, created_by, correlation_id, idempotency_key, request_hash, started_at)
  select id, definition_id, workflow_name, workflow_version, 'running', current_step, context_data,
    metadata, tenant_id, created_by, correlation_id, idempotency_key, request_hash, started_at
  from wanted order by idempotency_key, id
  on conflict do nothing
  returning id),
first_steps as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, arrivals, dispatched_at, created_at)
  select w.execution_id, w.id, w.current_step, w.step_type, 'scheduled', '[]', now(), w.started_at
  from wanted w join created on created.id = w.id)
select id from created`;

const FIND_BY_KEY = `
select id, idempotency_key, request_hash from workflow_instances
where idempotency_key = any($1::text[])`;

/** @returns for each instance whether it was written, in their order */
export async function startInstances(
  sql: Sql,
  instances: readonly NewInstance[],
): Promise<StartResult[]> {
  const rows = await sql.unsafe<{ id: InstanceId }[]>(
    START_INSTANCES,
    [JSON.stringify(instances.map(instanceRow))],
    { prepare: true },
  );
  const created = new Set(rows.map((row) => row.id));
  const holders = await keyHolders(
    sql,
    instances.filter((instance) => !created.has(instance.instanceId)),
  );
  return instances.map((instance) => {
    const requestHash = instance.idempotency?.requestHash ?? null;
    if (created.has(instance.instanceId)) {
      return { instanceId: instance.instanceId, created: true, requestHash };
    }
    const holder = holders.get(instance.idempotency?.key ?? "");
    // Repeated after a lost answer, the statement finds its own rows.
    if (holder === undefined || holder.id === instance.instanceId) {
      return { instanceId: instance.instanceId, created: true, requestHash };
    }
    return { instanceId: holder.id, created: false, requestHash: holder.request_hash };
  });
}

interface KeyHolder {
  readonly id: InstanceId;
  readonly idempotency_key: string;
  readonly request_hash: string | null;
}

async function keyHolders(
  sql: Sql,
  instances: readonly NewInstance[],
): Promise<Map<string, KeyHolder>> {
  const keys = instances.flatMap((instance) => instance.idempotency?.key ?? []);
  if (keys.length === 0) return new Map();
  const rows = await sql.unsafe<KeyHolder[]>(FIND_BY_KEY, [keys], { prepare: true });
  return new Map(rows.map((row) => [row.idempotency_key, row]));
}

function instanceRow(instance: NewInstance) {
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
    idempotency_key: instance.idempotency?.key ?? null,
    request_hash: instance.idempotency?.requestHash ?? null,
    started_at: instance.startedAt,
    execution_id: instance.firstExecution.executionId,
    step_type: instance.firstExecution.stepType,
  };
}
