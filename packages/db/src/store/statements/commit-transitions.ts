import type { Changes } from "@drover/engine";
import type { Sql } from "postgres";

/**
 * Writes any number of transitions in one statement: each of them whole or not at all.
 *
 * Invariants:
 * 1. A transition counts when every row it starts from is still what the core saw: executions by
 *    status and attempt, the instance by version. `won` says which do.
 * 2. Locks are taken in one order everywhere: instances by id, then executions by id. Two such
 *    statements cannot wait for each other in a circle.
 * 3. There is at most one transition of an instance in a statement.
 */
export const COMMIT_TRANSITIONS = `
with doc as (select $1::text::jsonb as d),
t as materialized (
  select x.* from doc, jsonb_to_recordset(d->'transitions') as x(n int, id uuid, guards int)),
i as materialized (
  select x.* from doc, jsonb_to_recordset(d->'instances') as x(
    n int, id uuid, from_version int, status text, current_step text, live_tokens int,
    sequence int, terminal_reached boolean, context_changes jsonb, error text,
    completed_at timestamptz)),
e as materialized (
  select x.* from doc, jsonb_to_recordset(d->'executions') as x(
    n int, id uuid, from_status text, from_attempt int, status text, attempt int, sequence int,
    output_data jsonb, error text, error_details jsonb, context_changes jsonb, arrivals jsonb,
    input_data jsonb, assigned_to text, completed_by text, completed_at timestamptz)),

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
won as materialized (
  select t.n, t.id from t
  where t.guards = (select count(*) from locked_instances l where l.n = t.n)
                 + (select count(*) from locked_executions l where l.n = t.n)),

changed_instances as (
  update workflow_instances w set
    status = i.status, current_step = i.current_step, live_tokens = i.live_tokens,
    sequence = i.sequence, terminal_reached = i.terminal_reached, error = i.error,
    completed_at = i.completed_at, context_data = w.context_data || i.context_changes,
    version = w.version + 1, updated_at = now()
  from i join won on won.n = i.n where w.id = i.id),
changed_executions as (
  update workflow_step_executions w set
    status = e.status, attempt = e.attempt, sequence = e.sequence,
    worker_id = case when e.status = 'scheduled' then null else w.worker_id end,
    dispatched_at = case when e.status = 'scheduled' then now() else w.dispatched_at end,
    output_data = coalesce(e.output_data, w.output_data),
    error = e.error, error_details = e.error_details, context_changes = e.context_changes,
    arrivals = coalesce(e.arrivals, w.arrivals), input_data = coalesce(e.input_data, w.input_data),
    assigned_to = coalesce(e.assigned_to, w.assigned_to),
    completed_by = coalesce(e.completed_by, w.completed_by),
    completed_at = e.completed_at, transition_id = won.id, updated_at = now()
  from e join won on won.n = e.n where w.id = e.id),
new_executions as (
  insert into workflow_step_executions (
    id, instance_id, step_name, step_type, status, attempt, worker_id, context_sequence, arrivals,
    dispatched_at, started_at, created_at)
  select x.id, x.instance_id, x.step_name, x.step_type, x.status, x.attempt, x.worker_id,
    x.context_sequence, x.arrivals, case when x.status = 'scheduled' then now() end,
    case when x.status = 'running' then now() end, x.created_at
  from doc, jsonb_to_recordset(d->'new_executions') as x(
    n int, id uuid, instance_id uuid, step_name text, step_type text, status text, attempt int,
    worker_id uuid, context_sequence int, arrivals jsonb, created_at timestamptz)
  join won on won.n = x.n),

changed_tasks as (
  update workflow_human_tasks w set
    status = x.status, assignee_id = coalesce(x.assignee_id, w.assignee_id),
    completed_by = x.completed_by, completed_at = x.completed_at, output_data = x.output_data,
    comment = x.comment, transition_id = won.id, updated_at = now()
  from doc, jsonb_to_recordset(d->'tasks') as x(
    n int, id uuid, status text, assignee_id text, completed_by text, completed_at timestamptz,
    output_data jsonb, comment text)
  join won on won.n = x.n where w.id = x.id),
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
  join won on won.n = x.n),

new_timers as (
  insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
  select x.id, x.instance_id, x.step_execution_id, x.fire_at
  from doc, jsonb_to_recordset(d->'new_timers') as x(
    n int, id uuid, instance_id uuid, step_execution_id uuid, fire_at timestamptz)
  join won on won.n = x.n),
new_callbacks as (
  insert into workflow_callbacks (step_execution_id, instance_id, token_hash, callback_key)
  select x.step_execution_id, x.instance_id, x.token_hash, x.callback_key
  from doc, jsonb_to_recordset(d->'new_callbacks') as x(
    n int, step_execution_id uuid, instance_id uuid, token_hash text, callback_key text)
  join won on won.n = x.n),
closed as materialized (
  select x.id, won.id as transition_id from doc, jsonb_to_recordset(d->'closed_waits') as x(n int, id uuid)
  join won on won.n = x.n),
closed_timers as (
  delete from workflow_timers w using closed where w.step_execution_id = closed.id),
closed_callbacks as (
  update workflow_callbacks w set closed_at = now(), transition_id = closed.transition_id
  from closed where w.step_execution_id = closed.id and w.closed_at is null)

select n from won`;

/**
 * Which of these transitions have written their rows: for commits without an answer. What wakes a
 * step is asked of the task or the callback too, as the step may have ended meanwhile and its row
 * then names the transition that ended it.
 */
const FIND_COMMITTED = `
select transition_id as id from workflow_step_executions
where id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_human_tasks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_callbacks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])`;

export interface Transition {
  /** Tells this transition from any other, also when it is sent twice. */
  readonly id: string;
  readonly changes: Changes;
}

/** @returns for each transition whether it was written; what was not has lost against another */
export async function commitTransitions(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const rows = await sql.unsafe<{ n: number }[]>(
    COMMIT_TRANSITIONS,
    [JSON.stringify(documentOf(transitions)), JSON.stringify(rowsOf(transitions, newTaskRows))],
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
    changes.executions.map((execution) => execution.executionId),
  );
  const rows = await sql.unsafe<{ id: string }[]>(
    FIND_COMMITTED,
    [executions, transitions.map((transition) => transition.id)],
    { prepare: true },
  );
  const found = new Set(rows.map((row) => row.id));
  return transitions.map((transition) => found.has(transition.id));
}

function rowsOf<T>(
  transitions: readonly Transition[],
  rows: (changes: Changes) => readonly T[],
): (T & { n: number })[] {
  return transitions.flatMap(({ changes }, n) => rows(changes).map((row) => ({ ...row, n })));
}

/** All rows of all transitions but the new tasks, each with the number of its transition. */
function documentOf(transitions: readonly Transition[]) {
  const each = <T>(rows: (changes: Changes) => readonly T[]) => rowsOf(transitions, rows);
  return {
    transitions: transitions.map(({ id, changes }, n) => ({
      n,
      id,
      guards: changes.executions.length + (changes.instance === null ? 0 : 1),
    })),
    instances: each(instanceRows),
    executions: each(executionRows),
    new_executions: each(newExecutionRows),
    tasks: each(taskRows),
    new_timers: each(({ instanceId, newTimers }) =>
      newTimers.map(({ timerId, executionId, fireAt }) => ({
        id: timerId,
        instance_id: instanceId,
        step_execution_id: executionId,
        fire_at: fireAt,
      })),
    ),
    new_callbacks: each(({ instanceId, newCallbacks }) =>
      newCallbacks.map(({ executionId, tokenHash, callbackKey }) => ({
        step_execution_id: executionId,
        instance_id: instanceId,
        token_hash: tokenHash,
        callback_key: callbackKey,
      })),
    ),
    closed_waits: each(({ closedWaits }) => closedWaits.map((id) => ({ id }))),
  };
}

function instanceRows({ instanceId, instance }: Changes) {
  if (instance === null) return [];
  return [
    {
      id: instanceId,
      from_version: instance.fromVersion,
      status: instance.status,
      current_step: instance.currentStep,
      live_tokens: instance.liveTokens,
      sequence: instance.sequence,
      terminal_reached: instance.terminalReached,
      context_changes: instance.contextChanges,
      error: instance.error,
      completed_at: instance.completedAt,
    },
  ];
}

function executionRows({ executions }: Changes) {
  return executions.map((execution) => ({
    id: execution.executionId,
    from_status: execution.from.status,
    from_attempt: execution.from.attempt,
    status: execution.status,
    attempt: execution.attempt,
    sequence: execution.sequence,
    output_data: execution.result === null ? null : { v: execution.result },
    error: execution.error?.message ?? null,
    error_details: execution.error,
    context_changes: execution.contextChanges,
    arrivals: execution.arrivals,
    input_data: execution.resumption,
    assigned_to: execution.assignedTo,
    completed_by: execution.completedBy,
    completed_at: execution.endedAt,
  }));
}

function newExecutionRows({ instanceId, newExecutions }: Changes) {
  return newExecutions.map((execution) => ({
    id: execution.executionId,
    instance_id: instanceId,
    step_name: execution.stepName,
    step_type: execution.stepType,
    status: execution.status,
    attempt: execution.attempt,
    worker_id: execution.workerId,
    context_sequence: execution.contextSequence,
    arrivals: execution.arrivals,
    created_at: execution.createdAt,
  }));
}

function taskRows({ tasks }: Changes) {
  return tasks.map((task) => ({
    id: task.taskId,
    status: task.status,
    assignee_id: task.assigneeId,
    completed_by: task.completedBy,
    completed_at: task.completedAt,
    output_data: task.data,
    comment: task.comment,
  }));
}

function newTaskRows({ instanceId, newTasks }: Changes) {
  return newTasks.map((task) => ({
    id: task.taskId,
    instance_id: instanceId,
    step_execution_id: task.executionId,
    step_name: task.stepName,
    title: task.title,
    description: task.description,
    form_schema: task.formSchema,
    assignee_id: task.assigneeId,
    assignee_group: task.assigneeGroup,
    due_at: task.dueAt,
    reminder_at: task.reminderAt,
  }));
}
