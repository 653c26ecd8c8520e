import type { ExecutionId, ScheduledExecution, WorkerHeartbeat, WorkerId } from "@drover/engine";
import type { Sql } from "postgres";
import { columns } from "./scheduled-executions.ts";

/**
 * A worker lives. Answers which of the executions that it believes to be running are no longer
 * its own: canceled, or taken over after a silence. What their code has said ($8) is kept for the
 * next try. The definitions whose code it has ($9) stay the same for as long as it lives.
 */
export const HEARTBEAT = `
with beat as (
  insert into workflow_workers (id, host, pid, concurrency, draining, definition_ids)
  values ($1, $2, $3, $4, $5, $9::uuid[])
  on conflict (id) do update set heartbeat_at = now(), draining = excluded.draining),
details as materialized (
  select x.id, x.details
  from jsonb_to_recordset($8::text::jsonb) as x(id uuid, attempt int, details jsonb)
  join workflow_step_executions e
    on e.id = x.id and e.attempt = x.attempt and e.worker_id = $1
  where x.attempt = abs(x.attempt) -- expects one row: see commit-statement.ts
    and e.status || '' = 'running' -- not the index of all that runs
  order by e.id for no key update of e), -- in the order of ids, as by every statement
said as (
  update workflow_step_executions e set heartbeat_details = details.details
  from details where e.id = details.id)
select r.id, r.attempt from unnest($6::uuid[], $7::int[]) as r(id, attempt)
where not exists (
  select 1 from workflow_step_executions e
  where e.id = r.id and e.attempt = r.attempt and e.worker_id = $1
    and e.status || '' = 'running') -- nor here: it would be read through for each`;

const REMOVE_WORKER = `delete from workflow_workers where id = $1`;

/** Rows of workers that have been gone for a day serve nobody. */
const FORGET_WORKERS = `delete from workflow_workers where heartbeat_at < now() - interval '1 day'`;

export async function heartbeat(sql: Sql, worker: WorkerHeartbeat): Promise<ScheduledExecution[]> {
  const { workerId, host, pid, concurrency, draining } = worker;
  const { ids, attempts } = columns(worker.running);
  const details = worker.details.map((said) => ({
    id: said.executionId,
    attempt: said.attempt,
    details: { v: said.details },
  }));
  const rows = await sql.unsafe<{ id: ExecutionId; attempt: number }[]>(
    HEARTBEAT,
    [
      workerId,
      host,
      pid,
      concurrency,
      draining,
      ids,
      attempts,
      JSON.stringify(details),
      worker.definitionIds === null ? null : [...worker.definitionIds],
    ],
    { prepare: true },
  );
  return rows.map((row) => ({ executionId: row.id, attempt: row.attempt }));
}

export async function removeWorker(sql: Sql, workerId: WorkerId): Promise<void> {
  await sql.unsafe(REMOVE_WORKER, [workerId], { prepare: true });
  await sql.unsafe(FORGET_WORKERS, [], { prepare: true });
}
