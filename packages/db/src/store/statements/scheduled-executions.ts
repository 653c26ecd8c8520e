import type { ExecutionId, Piece, ScheduledExecution, WorkerId } from "@drover/engine";
import type { Sql } from "postgres";
import { endOf, placeAfter } from "./pieces.ts";

/** At most this many rows a statement: recovery goes on in pieces and locks none for long. */
const PIECE = 1_000;

/**
 * Running executions of workers that have been silent for $1 milliseconds become scheduled again.
 * The attempt grows: whatever the old owner still writes matches no row. So does the count of
 * losses, as any of them may be what silenced the worker. Not those of the one who looks ($2): it
 * lives.
 */
export const RECOVER_LOST = `
update workflow_step_executions e set
  status = 'scheduled', attempt = e.attempt + 1, lost_attempts = e.lost_attempts + 1,
  worker_id = null, dispatched_at = now(),
  updated_at = now()
where e.id in (
  select r.id from workflow_step_executions r
  where r.status = 'running' and r.worker_id <> $2 and not exists (
    select 1 from workflow_workers w
    where w.id = r.worker_id and w.heartbeat_at >= now() - make_interval(secs => $1 / 1000.0))
  order by r.id limit ${PIECE} for no key update skip locked)
returning e.id, e.attempt`;

/**
 * Executions that run under a worker's name ($1) and that it does not have in hand ($2, $3: ids and
 * attempts): nobody runs them. Those touched less than $4 milliseconds ago may be on their way to it.
 */
export const RELEASE = `
update workflow_step_executions e set
  status = 'scheduled', attempt = e.attempt + 1, worker_id = null, dispatched_at = now(),
  updated_at = now()
where e.id in (
  select r.id from workflow_step_executions r
  where r.worker_id = $1 and r.status = 'running'
    and r.updated_at <= now() - make_interval(secs => $4 / 1000.0)
    and not exists (
      select 1 from unnest($2::uuid[], $3::int[]) as held(id, attempt)
      where held.id = r.id and held.attempt = r.attempt)
  order by r.id limit ${PIECE} for no key update skip locked)
returning e.id, e.attempt`;

/**
 * Scheduled executions that were handed over $1 milliseconds ago or more. Marking them as handed
 * over now makes the next look go on with others; who dies in between leaves them for the next.
 */
export const TAKE_UNDISPATCHED = `
update workflow_step_executions e set dispatched_at = now()
where e.id in (
  select r.id from workflow_step_executions r
  where r.status = 'scheduled' and r.dispatched_at <= now() - make_interval(secs => $1 / 1000.0)
  order by r.dispatched_at limit $2 for no key update skip locked)
returning e.id, e.attempt`;

/**
 * Scheduled executions after a place ($1 and $2), those first that were handed over the longest ago:
 * in the order of their partial index, so that however many there are none is read twice. A moment
 * travels as text, as a Date would cut its microseconds off.
 */
export const LIST_SCHEDULED = `
select id, attempt, dispatched_at::text as moment from workflow_step_executions
where status = 'scheduled' and (dispatched_at, id) > ($1::text::timestamptz, $2::uuid)
order by dispatched_at, id limit $3`;

interface Row {
  readonly id: ExecutionId;
  readonly attempt: number;
}

interface PlacedRow extends Row {
  readonly moment: string;
}

export async function recoverLost(
  sql: Sql,
  silentFor: number,
  finder: WorkerId,
): Promise<ScheduledExecution[]> {
  return scheduled(await sql.unsafe<Row[]>(RECOVER_LOST, [silentFor, finder], { prepare: true }));
}

export async function release(
  sql: Sql,
  workerId: WorkerId,
  inHand: readonly ScheduledExecution[],
  untouchedFor: number,
): Promise<ScheduledExecution[]> {
  const { ids, attempts } = columns(inHand);
  return scheduled(
    await sql.unsafe<Row[]>(RELEASE, [workerId, ids, attempts, untouchedFor], { prepare: true }),
  );
}

/** Executions as the two arrays that statements take. */
export function columns(executions: readonly ScheduledExecution[]) {
  return {
    ids: executions.map((execution) => execution.executionId),
    attempts: executions.map((execution) => execution.attempt),
  };
}

export async function takeUndispatched(
  sql: Sql,
  before: number,
  limit: number,
): Promise<ScheduledExecution[]> {
  return scheduled(await sql.unsafe<Row[]>(TAKE_UNDISPATCHED, [before, limit], { prepare: true }));
}

export async function listScheduled(
  sql: Sql,
  after: string | null,
  limit: number,
): Promise<Piece<ScheduledExecution>> {
  const values = [...placeAfter(after), limit];
  const rows = await sql.unsafe<PlacedRow[]>(LIST_SCHEDULED, values, { prepare: true });
  return { items: scheduled(rows), end: endOf(rows, after) };
}

function scheduled(rows: readonly Row[]): ScheduledExecution[] {
  return rows.map((row) => ({ executionId: row.id, attempt: row.attempt }));
}
