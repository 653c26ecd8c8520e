import type { TransactionSql } from "postgres";

/** What live instances are written with: each has one live token. */
export interface LiveInstances {
  readonly definitionId: string;
  /** The step that the token stands at. */
  readonly step: string;
  readonly status: "running" | "waiting";
  /** Further keys of each context. */
  readonly context: object;
  /** Steps of each that have ended. */
  readonly ended: number;
}

const INSTANCES = `
insert into workflow_instances (id, definition_id, workflow_name, workflow_version, status,
  current_step, context_data, metadata, sequence, active_tokens, correlation_id, started_at, created_at)
select seeded.instance_id, definition.id, definition.name, definition.version, $2::text,
  $3::text, jsonb_build_object('order_id', 'L-' || n) || $4::text::jsonb, '{}', $5::int,
  case when $2::text = 'running' then 1 else 0 end, 'live-' || n, moment, moment
from workflow_definitions definition, seeded where definition.id = $1::uuid`;

const WAITING_FOR_TIMER = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
  wait, context_sequence, started_at, created_at)
select second_id, instance_id, $1::text, 'timer', 'waiting', '[]',
  jsonb_build_object('kind', 'timer', 'timerId', wait_id), 0, moment, moment
from seeded`;

const TIMERS = `
insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
select wait_id, instance_id, second_id, now() + make_interval(secs => $1::int)
from seeded`;

const WAITING_FOR_PERSON = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
  wait, context_sequence, assigned_to, started_at, created_at)
select second_id, instance_id, $1::text, 'human', 'waiting', '[]',
  jsonb_build_object('kind', 'task', 'taskId', wait_id, 'assigneeId', 'person-' || n % 500), 0,
  'person-' || n % 500, moment, moment
from seeded`;

const TASKS = `
insert into workflow_human_tasks (id, instance_id, step_execution_id, step_name, title, assignee_id,
  assignee_group, due_at, created_at)
select wait_id, instance_id, second_id, $1::text, 'Approve order ' || n, 'person-' || n % 500,
  'group-' || n % 20, now() + interval '1 year', moment
from seeded`;

/** Instances of what is in `seeded`; their executions have to follow. */
export async function writeLiveInstances(
  transaction: TransactionSql,
  { definitionId, step, status, context, ended }: LiveInstances,
): Promise<void> {
  await transaction.unsafe(INSTANCES, [definitionId, status, step, JSON.stringify(context), ended]);
}

/** @param dueIn seconds from now until the timers are due */
export async function writeTimerWaits(
  transaction: TransactionSql,
  step: string,
  dueIn: number,
): Promise<void> {
  await transaction.unsafe(WAITING_FOR_TIMER, [step]);
  await transaction.unsafe(TIMERS, [dueIn]);
}

export async function writeTaskWaits(transaction: TransactionSql, step: string): Promise<void> {
  await transaction.unsafe(WAITING_FOR_PERSON, [step]);
  await transaction.unsafe(TASKS, [step]);
}
