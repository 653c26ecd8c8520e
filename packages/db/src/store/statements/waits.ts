import type {
  DueTimer,
  ExecutionId,
  FoundCallback,
  FoundTimer,
  InstanceId,
  Piece,
  TimerId,
} from "@drover/engine";
import type { Sql } from "postgres";
import { endOf, placeAfter } from "./pieces.ts";

export const DUE_TIMERS = `
select id, instance_id, fire_at from workflow_timers
where fire_at <= now() + make_interval(secs => $1 / 1000.0) order by fire_at limit $2`;

/** Timers after a place ($2 and $3); as `LIST_SCHEDULED` goes through executions. */
export const NEAR_TIMERS = `
select id, instance_id, fire_at, fire_at::text as moment from workflow_timers
where fire_at <= now() + make_interval(secs => $1 / 1000.0)
  and (fire_at, id) > ($2::text::timestamptz, $3::uuid)
order by fire_at, id limit $4`;

/** How long it has to wait is said by the clock that decides. */
const FIND_TIMERS = `
select id, instance_id, fire_at,
  (extract(epoch from fire_at - now()) * 1000)::float8 as due_in
from workflow_timers where id = any($1::uuid[])`;

/** A token may have been used before (a loop): the wait that is open comes first. */
export const FIND_CALLBACK = `
select instance_id, step_execution_id, callback_key, closed_at is null as open
from workflow_callbacks where token_hash = $1
order by closed_at is null desc, created_at desc limit 1`;

/** Live instances that should have ended by now; those that undo their steps are about to. */
export const PASSED_DEADLINES = `
select id from workflow_instances
where deadline_at <= now() and completed_at is null and flow_memory->>'compensation' is null
order by deadline_at limit $1`;

interface TimerRow {
  readonly id: TimerId;
  readonly instance_id: InstanceId;
  readonly fire_at: Date;
}

interface PlacedTimerRow extends TimerRow {
  readonly moment: string;
}

interface FoundTimerRow extends TimerRow {
  /** Milliseconds. */
  readonly due_in: number;
}

export async function listDueTimers(sql: Sql, within: number, limit: number): Promise<DueTimer[]> {
  const rows = await sql.unsafe<TimerRow[]>(DUE_TIMERS, [within, limit], { prepare: true });
  return rows.map(dueTimer);
}

export async function listNearTimers(
  sql: Sql,
  within: number,
  after: string | null,
  limit: number,
): Promise<Piece<DueTimer>> {
  const values = [within, ...placeAfter(after), limit];
  const rows = await sql.unsafe<PlacedTimerRow[]>(NEAR_TIMERS, values, { prepare: true });
  return { items: rows.map(dueTimer), end: endOf(rows, after) };
}

/** @returns in the order of the ids; null where a timer has fired or been taken back */
export async function findTimers(
  sql: Sql,
  timerIds: readonly TimerId[],
): Promise<(FoundTimer | null)[]> {
  const rows = await sql.unsafe<FoundTimerRow[]>(FIND_TIMERS, [[...timerIds]], { prepare: true });
  const found = new Map(rows.map((row) => [row.id, { ...dueTimer(row), dueIn: row.due_in }]));
  return timerIds.map((id) => found.get(id) ?? null);
}

export async function listPassedDeadlines(sql: Sql, limit: number): Promise<InstanceId[]> {
  const rows = await sql.unsafe<{ id: InstanceId }[]>(PASSED_DEADLINES, [limit], { prepare: true });
  return rows.map((row) => row.id);
}

interface CallbackRow {
  readonly instance_id: InstanceId;
  readonly step_execution_id: ExecutionId;
  readonly callback_key: string;
  readonly open: boolean;
}

export async function findCallback(sql: Sql, tokenHash: string): Promise<FoundCallback | null> {
  const [row] = await sql.unsafe<CallbackRow[]>(FIND_CALLBACK, [tokenHash], { prepare: true });
  if (row === undefined) return null;
  return {
    instanceId: row.instance_id,
    executionId: row.step_execution_id,
    callbackKey: row.callback_key,
    open: row.open,
  };
}

function dueTimer(row: TimerRow): DueTimer {
  return { timerId: row.id, instanceId: row.instance_id, fireAt: row.fire_at };
}
