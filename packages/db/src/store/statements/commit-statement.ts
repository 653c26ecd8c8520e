import { EXECUTIONS, INSTANCES, NEW_EXECUTIONS, READ_INSTANCES, TRANSITIONS } from "./step-rows.ts";
import { CLOSED_WAITS, NEW_CALLBACKS, NEW_TIMERS } from "./wait-rows.ts";

/**
 * Writes any number of transitions in one statement: each of them whole or not at all.
 *
 * Invariants:
 * 1. A transition counts when every row it starts from is still what the core saw: executions by
 *    status and attempt, the instance by version. `held` says which do. Where a single token moves
 *    on inline the instance is only read: a pause or a cancel in the same moment is seen next time.
 * 2. Locks are taken in one order everywhere: instances by id, then executions by id. Two such
 *    statements cannot wait for each other in a circle.
 * 3. There is at most one transition of an instance in a statement.
 *
 * Transitions are numbered from 0 without gaps. What belongs to one finds whether it has won by its
 * place: the planner may not hash, and a join would compare each with each.
 *
 * `n = abs(n)` is true of every row and lets the planner expect one. It would expect ten of an array
 * and a hundred of a document, and rather read all of a table that seemed to be small when the statement
 * was prepared.
 */
const STEPS = `
with t as materialized (${TRANSITIONS.select}),
i as materialized (select * from (${INSTANCES.select}) x where x.n = abs(x.n)),
r as materialized (select * from (${READ_INSTANCES.select}) x where x.n = abs(x.n)),
e as materialized (select * from (${EXECUTIONS.select}) x where x.n = abs(x.n)),

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
held as materialized (
  select n, sum(guard) = 0 as won
  from (
    select n, - guards as guard from t
    union all select n, 1 from locked_instances
    union all select n, 1 from unmoved
    union all select n, 1 from locked_executions) as guards
  group by n),
-- arrays without nulls, so that looking a place up costs the same however many there are
verdict as materialized (
  select (select array_agg(won order by n) from held) as won,
    (select array_agg(id order by n) from t) as ids),

changed_instances as (
  update workflow_instances w set
    status = i.status, current_step = i.current_step, live_tokens = i.live_tokens,
    active_tokens = i.active_tokens, sequence = i.sequence, terminal_reached = i.terminal_reached,
    flow_memory = i.flow_memory, error = i.error, output = coalesce(i.output, w.output),
    completed_at = i.completed_at, context_data = w.context_data || i.context_changes,
    deadline_at = coalesce(i.deadline_at, w.deadline_at),
    version = w.version + 1, transition_id = (select ids from verdict)[i.n + 1], updated_at = now()
  from i where (select won from verdict)[i.n + 1] and w.id = i.id),
changed_executions as (
  update workflow_step_executions w set
    status = e.status, attempt = e.attempt, sequence = e.sequence,
    failed_tries = w.failed_tries + e.failed::int,
    lost_attempts = case when e.from_status = 'running' and e.completed_at is null then 0 else w.lost_attempts end,
    heartbeat_details = case when e.failed then e.heartbeat_details else w.heartbeat_details end,
    wait = e.wait, pending_for = e.pending_for,
    started_at = case
      when e.failed then null when e.worker_id is not null then coalesce(w.started_at, now()) else w.started_at end,
    worker_id = case when e.status in ('scheduled', 'pending') then null else coalesce(e.worker_id, w.worker_id) end,
    context_sequence = coalesce(e.context_sequence, w.context_sequence),
    dispatched_at = case when e.status = 'scheduled' then now() else w.dispatched_at end,
    output_data = coalesce(e.output_data, w.output_data),
    error = e.error, error_details = e.error_details, context_changes = e.context_changes,
    arrivals = coalesce(e.arrivals, w.arrivals), input_data = case when not e.waits_anew then coalesce(e.input_data, w.input_data) end,
    assigned_to = coalesce(e.assigned_to, w.assigned_to),
    completed_by = coalesce(e.completed_by, w.completed_by),
    completed_at = e.completed_at, transition_id = (select ids from verdict)[e.n + 1], updated_at = now()
  from e where (select won from verdict)[e.n + 1] and w.id = e.id),
new_executions as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, attempt, wait, pending_for, group_id,
    member_index, item_id, item_data, undoes, worker_id, context_sequence, arrivals,
    dispatched_at, started_at, transition_id, created_at, sequence, output_data, context_changes, completed_at)
  select x.id, x.instance_id, x.step_name, x.step_type, x.status, x.attempt, x.wait, x.pending_for,
    x.group_id, x.member_index, x.item_id, x.item_data, x.undoes, x.worker_id, x.context_sequence,
    x.arrivals, case when x.status = 'scheduled' then now() end,
    case when x.completed_at is not null then x.created_at -- it has run before it is written
      when x.status = 'running' then greatest(now(), x.created_at) end, -- or ahead of its time
    (select ids from verdict)[x.n + 1],
    x.created_at, x.sequence, x.output_data, x.context_changes, x.completed_at
  from (${NEW_EXECUTIONS.select}) x
  where (select won from verdict)[x.n + 1])`;

/** Waits that begin and end: timers and callbacks. */
const WAITS = `,
new_timers as (
  insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
  select x.id, x.instance_id, x.step_execution_id, x.fire_at
  from (${NEW_TIMERS.select}) x
  where (select won from verdict)[x.n + 1]),
new_callbacks as (
  insert into workflow_callbacks (step_execution_id, instance_id, token_hash, callback_key)
  select x.step_execution_id, x.instance_id, x.token_hash, x.callback_key
  from (${NEW_CALLBACKS.select}) x
  where (select won from verdict)[x.n + 1]),
closed as materialized (
  select x.id, (select ids from verdict)[x.n + 1] as transition_id
  from (${CLOSED_WAITS.select}) x
  where x.n = abs(x.n) and (select won from verdict)[x.n + 1]),
closed_timers as (
  delete from workflow_timers w using closed where w.step_execution_id = closed.id),
closed_callbacks as (
  update workflow_callbacks w set closed_at = now(), transition_id = closed.transition_id
  from closed where w.step_execution_id = closed.id
    and coalesce(w.closed_at, 'infinity') = 'infinity' -- not the index of all that are open
)`;

/** What few transitions have besides: tries that failed, tasks, signals, other instances. */
const BESIDES = `,
doc as (select $${CLOSED_WAITS.next}::text::jsonb as d),
new_attempts as (
  insert into workflow_step_attempts (step_execution_id, attempt, started_at, ended_at, error)
  select x.id, x.attempt, w.started_at, x.ended_at, x.error
  from doc, jsonb_to_recordset(d->'new_attempts') as x(
    n int, id uuid, attempt int, ended_at timestamptz, error jsonb)
  join workflow_step_executions w on w.id = x.id
  where x.n = abs(x.n) and (select won from verdict)[x.n + 1]),
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
  where (select won from verdict)[x.n + 1]),
new_signals as (
  insert into workflow_signals (
    id, instance_id, name, payload, deduplication_id, received_at, taken_at)
  select x.id, x.instance_id, x.name, x.payload, x.deduplication_id, x.received_at,
    case when x.taken then now() end
  from doc, jsonb_to_recordset(d->'new_signals') as x(
    n int, id uuid, instance_id uuid, name text, payload jsonb, deduplication_id text,
    received_at timestamptz, taken boolean)
  where (select won from verdict)[x.n + 1]),
taken_signals as (
  update workflow_signals w set taken_at = now()
  from doc, jsonb_to_recordset(d->'taken_signals') as x(n int, id uuid)
  where x.n = abs(x.n) and (select won from verdict)[x.n + 1] and w.id = x.id),
new_messages as (
  insert into workflow_messages (id, instance_id, event)
  select x.id, x.instance_id, x.event
  from doc, jsonb_to_recordset(d->'new_messages') as x(n int, id uuid, instance_id uuid, event jsonb)
  where (select won from verdict)[x.n + 1]),

changed_tasks as (
  update workflow_human_tasks w set
    status = x.status, assignee_id = coalesce(x.assignee_id, w.assignee_id),
    completed_by = x.completed_by, completed_at = x.completed_at, output_data = x.output_data,
    comment = x.comment, transition_id = (select ids from verdict)[x.n + 1], updated_at = now()
  from doc, jsonb_to_recordset(d->'tasks') as x(
    n int, id uuid, status text, assignee_id text, completed_by text, completed_at timestamptz,
    output_data jsonb, comment text)
  where x.n = abs(x.n) and (select won from verdict)[x.n + 1] and w.id = x.id),
new_tasks as (
  insert into workflow_human_tasks (
    id, instance_id, step_execution_id, step_name, title, description, form_schema, assignee_id,
    assignee_group, due_at, reminder_at)
  select x.id, x.instance_id, x.step_execution_id, x.step_name, x.title, x.description,
    x.form_schema, x.assignee_id, x.assignee_group, x.due_at, x.reminder_at
  from json_to_recordset($${CLOSED_WAITS.next + 1}::text::json) as x( -- json: a form's fields keep their order
    n int, id uuid, instance_id uuid, step_execution_id uuid, step_name text, title text,
    description text, form_schema json, assignee_id text, assignee_group text,
    due_at timestamptz, reminder_at timestamptz)
  where (select won from verdict)[x.n + 1])`;

const WON = `
select n from held where won`;

/** The rows of steps and of waits, then the document of what there is besides, then the new tasks. */
export const COMMIT_TRANSITIONS = STEPS + WAITS + BESIDES + WON;

/** The same for transitions that have nothing besides their waits: less to begin with. */
export const COMMIT_WAITS = STEPS + WAITS + WON;

/** The same for those that have no waits either, as most: less still. */
export const COMMIT_STEPS = STEPS + WON;
