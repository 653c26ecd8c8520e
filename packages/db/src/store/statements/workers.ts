import type { ExecutionId, WorkerHeartbeat, WorkerId } from "@drover/engine";
import type { Sql } from "postgres";

/**
 * A worker lives. Answers which of the executions that it believes to be running are no longer
 * its own: canceled, or taken over after a silence.
 */
export const HEARTBEAT = `
with beat as (
  insert into workflow_workers (id, host, pid, concurrency, draining)
  values ($1, $2, $3, $4, $5)
  on conflict (id) do update set heartbeat_at = now(), draining = excluded.draining)
select r.id from unnest($6::uuid[]) as r(id)
where not exists (
  select 1 from workflow_step_executions e
  where e.id = r.id and e.status = 'running' and e.worker_id = $1)`;

const REMOVE_WORKER = `delete from workflow_workers where id = $1`;

/** Rows of workers that have been gone for a day serve nobody. */
const FORGET_WORKERS = `delete from workflow_workers where heartbeat_at < now() - interval '1 day'`;

export async function heartbeat(sql: Sql, worker: WorkerHeartbeat): Promise<ExecutionId[]> {
  const { workerId, host, pid, concurrency, draining, running } = worker;
  const rows = await sql.unsafe<{ id: ExecutionId }[]>(
    HEARTBEAT,
    [workerId, host, pid, concurrency, draining, [...running]],
    { prepare: true },
  );
  return rows.map((row) => row.id);
}

export async function removeWorker(sql: Sql, workerId: WorkerId): Promise<void> {
  await sql.unsafe(REMOVE_WORKER, [workerId], { prepare: true });
  await sql.unsafe(FORGET_WORKERS, [], { prepare: true });
}
