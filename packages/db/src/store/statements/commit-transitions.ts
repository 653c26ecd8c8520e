import type { Sql } from "postgres";
import { newTaskRows, rowsOf, transitionDocument, type Transition } from "./transition-document.ts";

/**
 * Writes any number of transitions in one statement: each of them whole or not at all.
 *
 * Invariants:
 * 1. A transition counts when every row it starts from is still what the core saw: executions by
 *    status and attempt, the instance by version. `won` says which do. Where a single token moves
 *    on inline the instance is only read: a pause or a cancel in the same moment is seen next time.
 * 2. Locks are taken in one order everywhere: instances by id, then executions by id. Two such
 *    statements cannot wait for each other in a circle.
 * 3. There is at most one transition of an instance in a statement.
 *
 * Transitions are numbered from 0 without gaps. What belongs to one finds whether it has won by its
 * place: the planner may not hash, and a join would compare each with each.
 */
export const COMMIT_TRANSITIONS = `
with doc as (select $1::text::jsonb as d),
t as materialized (
  select x.* from doc, jsonb_to_recordset(d->'transitions') as x(n int, id uuid, guards int)),
i as materialized (
  select x.* from doc, jsonb_to_recordset(d->'instances') as x(
    n int, id uuid, from_version int, status text, current_step text, live_tokens int,
    active_tokens int, sequence int, terminal_reached boolean, flow_memory jsonb,
    context_changes jsonb, output jsonb, error text, completed_at timestamptz, deadline_at timestamptz)),
r as materialized (
  select x.* from doc, jsonb_to_recordset(d->'read_instances') as x(n int, id uuid, version int)),
e as materialized (
  select x.* from doc, jsonb_to_recordset(d->'executions') as x(
    n int, id uuid, from_status text, from_attempt int, status text, attempt int, failed boolean,
    waits_anew boolean,    heartbeat_details jsonb, sequence int, output_data jsonb, error text, error_details jsonb, context_changes jsonb,
    wait jsonb, pending_for text, arrivals jsonb, input_data jsonb, assigned_to text,
    completed_by text, completed_at timestamptz)),

-- the guards: lock what is still as the core saw it
locked_instances as materialized (
  select i.n, w.id from i join workflow_instances w on w.id = i.id and w.version = i.from_version
  order by w.id for no key update of w),
locked_executions as materialized (
  select e.n, w.id from e
  join workflow_step_executions w
    on w.id = e.id and w.status = e.from_status and w.attempt = e.from_attempt
  where (select count(*) from locked_instances) >= 0 -- reading it makes it come first
  order by w.id for no key update of w),
unmoved as materialized (
  select r.n from r join workflow_instances w on w.id = r.id and w.version = r.version),
-- one row: the ids of the transitions in their order, null for those that have lost
won as materialized (
  select array_agg(case when guarded.held = guarded.guards then guarded.id end order by guarded.n) as ids
  from (
    select n, (array_agg(id) filter (where id is not null))[1] as id, sum(guards) as guards,
      sum(held) as held
    from (
      select n, id, guards, 0 as held from t
      union all select n, null, 0, 1 from locked_instances
      union all select n, null, 0, 1 from unmoved
      union all select n, null, 0, 1 from locked_executions) guard
    group by n) guarded),

changed_instances as (
  update workflow_instances w set
    status = i.status, current_step = i.current_step, live_tokens = i.live_tokens,
    active_tokens = i.active_tokens, sequence = i.sequence, terminal_reached = i.terminal_reached,
    flow_memory = i.flow_memory, error = i.error, output = coalesce(i.output, w.output),
    completed_at = i.completed_at, context_data = w.context_data || i.context_changes,
    deadline_at = coalesce(i.deadline_at, w.deadline_at),
    version = w.version + 1, transition_id = won.ids[i.n + 1], updated_at = now()
  from won, i where w.id = i.id and won.ids[i.n + 1] is not null),
changed_executions as (
  update workflow_step_executions w set
    status = e.status, attempt = e.attempt, sequence = e.sequence,
    failed_tries = w.failed_tries + e.failed::int,
    lost_attempts = case when e.from_status = 'running' and e.completed_at is null then 0 else w.lost_attempts end,
    heartbeat_details = case when e.failed then e.heartbeat_details else w.heartbeat_details end,
    wait = e.wait, pending_for = e.pending_for,
    started_at = case when e.failed then null else w.started_at end,
    worker_id = case when e.status in ('scheduled', 'pending') then null else w.worker_id end,
    dispatched_at = case when e.status = 'scheduled' then now() else w.dispatched_at end,
    output_data = coalesce(e.output_data, w.output_data),
    error = e.error, error_details = e.error_details, context_changes = e.context_changes,
    arrivals = coalesce(e.arrivals, w.arrivals), input_data = case when not e.waits_anew then coalesce(e.input_data, w.input_data) end,
    assigned_to = coalesce(e.assigned_to, w.assigned_to),
    completed_by = coalesce(e.completed_by, w.completed_by),
    completed_at = e.completed_at, transition_id = won.ids[e.n + 1], updated_at = now()
  from won, e where w.id = e.id and won.ids[e.n + 1] is not null),
new_executions as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, attempt, wait, pending_for, group_id,
    member_index, item_id, item_data, undoes, worker_id, context_sequence, arrivals,
    dispatched_at, started_at, transition_id, created_at)
  select x.id, x.instance_id, x.step_name, x.step_type, x.status, x.attempt, x.wait, x.pending_for,
    x.group_id, x.member_index, x.item_id, x.item_data, x.undoes, x.worker_id, x.context_sequence,
    x.arrivals, case when x.status = 'scheduled' then now() end,
    case when x.status = 'running' then now() end, won.ids[x.n + 1],
    x.created_at
  from doc, jsonb_to_recordset(d->'new_executions') as x(
    n int, id uuid, instance_id uuid, step_name text, step_type text, status text, attempt int,
    wait jsonb, pending_for text, group_id uuid, member_index int, item_id uuid, item_data jsonb,
    undoes uuid, worker_id uuid, context_sequence int, arrivals jsonb, created_at timestamptz)
  cross join won where won.ids[x.n + 1] is not null),
new_attempts as (
  insert into workflow_step_attempts (step_execution_id, attempt, started_at, ended_at, error)
  select x.id, x.attempt, w.started_at, x.ended_at, x.error
  from doc, jsonb_to_recordset(d->'new_attempts') as x(
    n int, id uuid, attempt int, ended_at timestamptz, error jsonb)
  join workflow_step_executions w on w.id = x.id, won where won.ids[x.n + 1] is not null),
new_instances as (
  insert into workflow_instances (
    id, definition_id, workflow_name, workflow_version, status, current_step, context_data,
    metadata, tenant_id, created_by, correlation_id, started_at, deadline_at, parent_instance_id,
    parent_execution_id, parent_waits, depth)
  select x.id, x.definition_id, x.workflow_name, x.workflow_version, 'running', x.current_step,
    x.context_data, x.metadata, x.tenant_id, x.created_by, x.correlation_id, x.started_at,
    x.deadline_at, x.parent_instance_id, x.parent_execution_id, x.parent_waits, x.depth
  from doc, jsonb_to_recordset(d->'new_instances') as x(
    n int, id uuid, definition_id uuid, workflow_name text, workflow_version text,
    current_step text, context_data jsonb, metadata jsonb, tenant_id text, created_by text,
    correlation_id text, started_at timestamptz, deadline_at timestamptz, parent_instance_id uuid,
    parent_execution_id uuid, parent_waits boolean, depth int)
  cross join won where won.ids[x.n + 1] is not null),
new_signals as (
  insert into workflow_signals (
    id, instance_id, name, payload, deduplication_id, received_at, taken_at)
  select x.id, x.instance_id, x.name, x.payload, x.deduplication_id, x.received_at,
    case when x.taken then now() end
  from doc, jsonb_to_recordset(d->'new_signals') as x(
    n int, id uuid, instance_id uuid, name text, payload jsonb, deduplication_id text,
    received_at timestamptz, taken boolean)
  cross join won where won.ids[x.n + 1] is not null),
taken_signals as (
  update workflow_signals w set taken_at = now()
  from doc, jsonb_to_recordset(d->'taken_signals') as x(n int, id uuid)
  cross join won where w.id = x.id and won.ids[x.n + 1] is not null),
new_messages as (
  insert into workflow_messages (id, instance_id, event)
  select x.id, x.instance_id, x.event
  from doc, jsonb_to_recordset(d->'new_messages') as x(n int, id uuid, instance_id uuid, event jsonb)
  cross join won where won.ids[x.n + 1] is not null),

changed_tasks as (
  update workflow_human_tasks w set
    status = x.status, assignee_id = coalesce(x.assignee_id, w.assignee_id),
    completed_by = x.completed_by, completed_at = x.completed_at, output_data = x.output_data,
    comment = x.comment, transition_id = won.ids[x.n + 1], updated_at = now()
  from doc, jsonb_to_recordset(d->'tasks') as x(
    n int, id uuid, status text, assignee_id text, completed_by text, completed_at timestamptz,
    output_data jsonb, comment text)
  cross join won where w.id = x.id and won.ids[x.n + 1] is not null),
new_tasks as (
  insert into workflow_human_tasks (
    id, instance_id, step_execution_id, step_name, title, description, form_schema, assignee_id,
    assignee_group, due_at, reminder_at)
  select x.id, x.instance_id, x.step_execution_id, x.step_name, x.title, x.description,
    x.form_schema, x.assignee_id, x.assignee_group, x.due_at, x.reminder_at
  from json_to_recordset($2::text::json) as x( -- json: a form's fields keep their order
    n int, id uuid, instance_id uuid, step_execution_id uuid, step_name text, title text,
    description text, form_schema json, assignee_id text, assignee_group text,
    due_at timestamptz, reminder_at timestamptz)
  cross join won where won.ids[x.n + 1] is not null),

new_timers as (
  insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
  select x.id, x.instance_id, x.step_execution_id, x.fire_at
  from doc, jsonb_to_recordset(d->'new_timers') as x(
    n int, id uuid, instance_id uuid, step_execution_id uuid, fire_at timestamptz)
  cross join won where won.ids[x.n + 1] is not null),
new_callbacks as (
  insert into workflow_callbacks (step_execution_id, instance_id, token_hash, callback_key)
  select x.step_execution_id, x.instance_id, x.token_hash, x.callback_key
  from doc, jsonb_to_recordset(d->'new_callbacks') as x(
    n int, step_execution_id uuid, instance_id uuid, token_hash text, callback_key text)
  cross join won where won.ids[x.n + 1] is not null),
closed as materialized (
  select x.id, won.ids[x.n + 1] as transition_id from doc, jsonb_to_recordset(d->'closed_waits') as x(n int, id uuid)
  cross join won where won.ids[x.n + 1] is not null),
closed_timers as (
  delete from workflow_timers w using closed where w.step_execution_id = closed.id),
closed_callbacks as (
  update workflow_callbacks w set closed_at = now(), transition_id = closed.transition_id
  from closed where w.step_execution_id = closed.id
    and coalesce(w.closed_at, 'infinity') = 'infinity') -- not the index of all that are open

select transition.n::int - 1 as n from won, unnest(won.ids) with ordinality as transition(id, n)
where transition.id is not null`;

/**
 * Which of these transitions have written their rows: for commits without an answer. What wakes a
 * step is asked of the task or the callback too, as the step may have ended meanwhile and its row
 * then names the transition that ended it. For the same reason executions that a transition was to
 * make ($4: the transition of each, $5: their ids) tell it by being there, whoever wrote them last:
 * nobody else knows their ids. A step that was to be left out ($6, $7) and is left out is so, whoever
 * did it.
 */
const FIND_COMMITTED = `
select transition_id as id from workflow_step_executions
where id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_human_tasks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_callbacks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_instances
where id = any($3::uuid[]) and transition_id = any($2::uuid[])
union
select made.transition_id from unnest($4::uuid[], $5::uuid[]) as made(transition_id, id)
join workflow_step_executions e on e.id = made.id
union
select left_out.transition_id from unnest($6::uuid[], $7::uuid[]) as left_out(transition_id, id)
join workflow_step_executions e on e.id = left_out.id and e.input_data->>'kind' = 'skip'`;

/** @returns for each transition whether it was written; what was not has lost against another */
export async function commitTransitions(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const rows = await sql.unsafe<{ n: number }[]>(
    COMMIT_TRANSITIONS,
    [
      JSON.stringify(transitionDocument(transitions)),
      JSON.stringify(rowsOf(transitions, newTaskRows)),
    ],
    { prepare: true },
  );
  const won = new Set(rows.map((row) => row.n));
  return transitions.map((_, n) => won.has(n));
}

/** @returns for each transition whether an earlier, unanswered try had written it */
export async function findCommitted(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const executions = transitions.flatMap(({ changes }) =>
    [...changes.executions, ...changes.newExecutions].map((execution) => execution.executionId),
  );
  const made = transitions.flatMap(({ id, changes }) =>
    changes.newExecutions.map(({ executionId }) => ({ transitionId: id, executionId })),
  );
  const leftOut = transitions.flatMap(({ id, changes }) =>
    changes.executions
      .filter(({ resumption }) => resumption?.kind === "skip")
      .map(({ executionId }) => ({ transitionId: id, executionId })),
  );
  const rows = await sql.unsafe<{ id: string }[]>(
    FIND_COMMITTED,
    [
      executions,
      transitions.map((transition) => transition.id),
      transitions.map(({ changes }) => changes.instanceId),
      made.map((execution) => execution.transitionId),
      made.map((execution) => execution.executionId),
      leftOut.map((execution) => execution.transitionId),
      leftOut.map((execution) => execution.executionId),
    ],
    { prepare: true },
  );
  const found = new Set(rows.map((row) => row.id));
  return transitions.map((transition) => found.has(transition.id));
}
