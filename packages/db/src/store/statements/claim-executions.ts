import {
  layered,
  RECENT_STEPS,
  type Arrival,
  type ClaimedStep,
  type ClaimRequest,
  type ClaimResult,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type JsonObject,
  type JsonValue,
  type Resumption,
  type StepRecord,
  type StepStatus,
} from "@drover/engine";
import type { Sql } from "postgres";

/**
 * Takes scheduled executions for a worker, with all it needs to run them. Of a long history it
 * reads what `recentHistory` in the engine says.
 *
 * Guard: still scheduled, under the attempt that the job names, of a definition whose code the
 * worker has. Locks are taken in the order of ids, as by every statement.
 */
export const CLAIM_EXECUTIONS = `
with wanted as materialized (
  select * from jsonb_to_recordset($1::text::jsonb) as x(
    n int, id uuid, attempt int, worker_id uuid, definitions uuid[])),
free as materialized (
  select c.n, c.worker_id, c.definitions, w.id, w.instance_id
  from wanted c join workflow_step_executions w
    on w.id = c.id and w.attempt = c.attempt and w.status = 'scheduled'
  order by w.id for no key update of w),
claimed as (
  update workflow_step_executions w set
    status = 'running', worker_id = free.worker_id,
    context_sequence = greatest(i.sequence, (
      select max(h.sequence) from workflow_step_executions h where h.instance_id = i.id)),
    started_at = coalesce(w.started_at, now()), updated_at = now()
  from free join workflow_instances i on i.id = free.instance_id
  where w.id = free.id and i.definition_id = any(free.definitions)
  returning free.n, w.id, w.instance_id, w.step_name, w.attempt, w.arrivals, w.input_data)
select free.n, c.id, c.instance_id, c.step_name, c.attempt, c.arrivals, c.input_data,
  i.definition_id, i.version, i.sequence, i.status, i.terminal_reached, i.live_tokens,
  i.context_data, i.metadata, i.started_at::text, i.created_by, i.tenant_id, history.records
from free
left join claimed c on c.n = free.n
left join workflow_instances i on i.id = c.instance_id
left join lateral (
  select max(h.sequence) as latest from workflow_step_executions h
  where h.instance_id = c.instance_id
) ended on true
left join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', h.id, 'step_name', h.step_name, 'status', h.status, 'output', h.output_data,
    'error', h.error, 'started_at', h.started_at, 'completed_at', h.completed_at,
    'sequence', h.sequence,
    'changes', case when h.sequence > i.sequence then h.context_changes end
  ) order by h.sequence), '[]') as records
  from (
    select recent.* from workflow_step_executions recent
    where recent.instance_id = c.instance_id and recent.sequence > ended.latest - ${RECENT_STEPS}
    union all (
      select distinct on (earlier.step_name) earlier.* from workflow_step_executions earlier
      where earlier.instance_id = c.instance_id and ended.latest > ${RECENT_STEPS}
        and earlier.sequence <= ended.latest - ${RECENT_STEPS} and earlier.status = 'succeeded'
      order by earlier.step_name, earlier.sequence desc)
  ) h
) history on true`;

interface ClaimRow {
  readonly n: number;
  /** Null where the execution is free but this worker lacks its code. */
  readonly id: ExecutionId | null;
  readonly instance_id: InstanceId;
  readonly definition_id: DefinitionId;
  readonly step_name: string;
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
  readonly input_data: Resumption | null;
  readonly version: number;
  readonly sequence: number;
  readonly status: "running" | "waiting";
  readonly terminal_reached: boolean;
  readonly live_tokens: number;
  readonly context_data: JsonObject;
  readonly metadata: JsonObject;
  readonly started_at: string;
  readonly created_by: string | null;
  readonly tenant_id: string | null;
  readonly records: readonly HistoryRow[];
}

interface HistoryRow {
  readonly id: string;
  readonly step_name: string;
  readonly status: StepStatus;
  readonly output: { readonly v: JsonValue } | null;
  readonly error: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly sequence: number;
  readonly changes: JsonObject | null;
}

/** @returns what became of each request, in their order */
export async function claimExecutions(
  sql: Sql,
  requests: readonly ClaimRequest[],
): Promise<ClaimResult[]> {
  const wanted = requests.map((request, n) => ({
    n,
    id: request.executionId,
    attempt: request.attempt,
    worker_id: request.workerId,
    definitions: request.definitionIds,
  }));
  const rows = await sql.unsafe<ClaimRow[]>(CLAIM_EXECUTIONS, [JSON.stringify(wanted)], {
    prepare: true,
  });
  const found = new Map(rows.map((row) => [row.n, row]));
  return requests.map((_, n) => {
    const row = found.get(n);
    if (row === undefined) return { kind: "stale" };
    if (row.id === null) return { kind: "unknown-definition" };
    return { kind: "claimed", step: claimedStep(row, row.id) };
  });
}

function claimedStep(row: ClaimRow, executionId: ExecutionId): ClaimedStep {
  const unfolded = layered(row.records.map((record) => record.changes));
  return {
    executionId,
    instanceId: row.instance_id,
    definitionId: row.definition_id,
    stepName: row.step_name,
    attempt: row.attempt,
    arrivals: row.arrivals,
    resumption: row.input_data,
    context: { ...row.context_data, ...unfolded },
    metadata: row.metadata,
    history: row.records.map(stepRecord),
    startedAt: new Date(row.started_at).toISOString(),
    createdBy: row.created_by,
    tenantId: row.tenant_id,
    state: row.live_tokens === 1 ? singleTokenState(row, executionId, unfolded) : null,
  };
}

/** The only token is the one that was just claimed: nobody else can move the instance on. */
function singleTokenState(row: ClaimRow, executionId: ExecutionId, unfolded: JsonObject) {
  return {
    id: row.instance_id,
    definitionId: row.definition_id,
    status: row.status,
    version: row.version,
    sequence: Math.max(row.sequence, row.records.at(-1)?.sequence ?? 0),
    terminalReached: row.terminal_reached,
    unfolded,
    tokens: [
      { executionId, stepName: row.step_name, attempt: row.attempt, status: "running" as const },
    ],
  };
}

function stepRecord(row: HistoryRow): StepRecord {
  return {
    id: row.id,
    stepName: row.step_name,
    status: row.status,
    result: row.output?.v ?? null,
    error: row.error,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
