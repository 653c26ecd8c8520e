import { CALLBACK_INDEX, RECENT_STEPS } from "@drover/engine";
import { overRows, rowColumns } from "./row-columns.ts";

const REQUEST = { n: "int", id: "uuid", attempt: "int", lost_less_than: "int" } as const;

/** What is to be claimed, behind what `CLAIM_EXECUTIONS` is told besides. */
const CLAIM_ROWS = rowColumns(4, REQUEST);
/** The same behind what `LEFT_ALONE` is told besides. */
export const LEFT_ALONE_ROWS = rowColumns(3, REQUEST);

/**
 * Takes them: the guard.
 * @param ended the sequence of the execution that has ended last, as SQL
 */
const taking = (rows: string, ended: string, moreGuards = "") => `
  update workflow_step_executions w set
    status = 'running', worker_id = $2::uuid, context_sequence = ${ended},
    started_at = coalesce(w.started_at, now()), updated_at = now()
  from (${rows}) x, workflow_instances i
  where x.n = abs(x.n) -- expects one row: see commit-statement.ts
    and w.id = x.id and w.attempt = x.attempt and w.status = $1::text
    and (x.lost_less_than is null or w.lost_attempts < x.lost_less_than)
    and i.id = w.instance_id and i.definition_id = any($3::uuid[])${moreGuards}
  returning x.n, w.id, w.instance_id, w.step_name, w.attempt, w.failed_tries, w.lost_attempts,
    w.heartbeat_details, w.arrivals, w.input_data, w.group_id, w.member_index, w.item_id, w.undoes,
    i.definition_id, i.version, i.sequence, i.status, i.terminal_reached, i.live_tokens,
    i.flow_memory, i.parent_instance_id, i.parent_execution_id, i.parent_waits, i.depth,
    i.context_data, i.metadata, i.started_at::text, i.created_by, i.tenant_id`;

const LATEST_ENDED = `greatest(i.sequence, (
      select max(h.sequence) from workflow_step_executions h
      where h.instance_id = i.id and not h.is_item))`;

/** All that is needed to run what was taken. */
const NEEDED = `
select c.n, c.id, c.instance_id, c.step_name, c.attempt, c.failed_tries, c.lost_attempts,
  c.heartbeat_details, c.arrivals, c.input_data, c.group_id, c.member_index, c.item_id, c.undoes,
  c.definition_id, c.version, c.sequence, c.status, c.terminal_reached, c.live_tokens,
  c.flow_memory, c.parent_instance_id, c.parent_execution_id, c.parent_waits, c.depth,
  c.context_data, c.metadata, c.started_at, c.created_by, c.tenant_id, history.records,
  item.item_data, item.member_index as item_index,
  case when undone.id is not null then jsonb_build_object(
    'id', undone.id, 'step_name', undone.step_name, 'status', undone.status,
    'output', undone.output_data, 'error', undone.error, 'started_at', undone.started_at,
    'completed_at', undone.completed_at, 'sequence', undone.sequence) end as undone, child.output as child_output, members.records as members
from claimed c
left join lateral (
  select max(h.sequence) as latest from workflow_step_executions h
  where h.instance_id = c.instance_id and not h.is_item
) ended on true
left join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', h.id, 'step_name', h.step_name, 'status', h.status, 'output', h.output_data,
    'error', h.error, 'started_at', h.started_at, 'completed_at', h.completed_at,
    'sequence', h.sequence,
    'changes', case when h.sequence > c.sequence then h.context_changes end
  ) order by h.sequence), '[]') as records
  from (
    select recent.* from workflow_step_executions recent
    where recent.instance_id = c.instance_id and not recent.is_item and recent.undoes is null
      and recent.sequence > ended.latest - ${RECENT_STEPS}
    union all (
      select distinct on (earlier.step_name) earlier.* from workflow_step_executions earlier
      where earlier.instance_id = c.instance_id and not earlier.is_item and earlier.undoes is null
        and ended.latest > ${RECENT_STEPS} and earlier.sequence <= ended.latest - ${RECENT_STEPS} and earlier.status = 'succeeded'
      order by earlier.step_name, earlier.sequence desc)
    union all
    select sender.* from jsonb_array_elements(c.arrivals) arrival
    cross join lateral (
      select * from workflow_step_executions x
      where x.id = (arrival->>'executionId')::uuid offset 0) sender
    where c.item_id is not null and sender.is_item
  ) h
) history on true
left join workflow_step_executions undone on undone.id = c.undoes
left join workflow_step_executions item on item.id = coalesce(c.item_id, undone.item_id)
left join workflow_instances child
  on child.id = case when c.input_data->>'kind' = 'child' then (c.input_data->>'instanceId')::uuid end
left join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'step_name', m.step_name, 'index', m.member_index, 'status', m.status,
    'output', m.output_data, 'error', m.error_details) order by m.member_index), '[]') as records
  from workflow_step_executions m
  where m.group_id = case
      when c.input_data->>'kind' = 'group' then c.id
      when c.member_index = ${CALLBACK_INDEX} then c.group_id end
    and m.id <> c.id
) members on true`;

/**
 * Takes scheduled executions for a worker, with all it needs to run them. Of a long history it
 * reads what `recentHistory` in the engine says; of what works on items of a map only what has sent
 * the token on. What undoes a step sees that step's own run last, and its item. Groups that go on and
 * their callbacks get what the members came to.
 *
 * Guard: still scheduled, under the attempt that the job names, of a definition whose code the
 * worker has, and lost less often than it can bear now (null: however often). The status comes as a
 * value: written out, the planner would take the index of all that is scheduled, which is short on the
 * day of the plan and long later. The rows come in the order of ids, and so are locked in it, as by
 * every statement.
 *
 * $1: the status of what may be claimed; $2: the worker; $3: the definitions whose code it has.
 */
export const CLAIM_EXECUTIONS = overRows(
  CLAIM_ROWS,
  (rows) => `\nwith claimed as (${taking(rows, LATEST_ENDED)})${NEEDED}`,
);

/**
 * The same for the first steps of instances, of which there is no more to be read. To prepare for all the rest
 * would be half of what a claim of a single step costs.
 *
 * Guard, beside those: it is the only execution of its instance. What is not is for `CLAIM_EXECUTIONS`.
 */
export const CLAIM_FIRST = overRows(CLAIM_ROWS, (rows) =>
  taking(
    rows,
    "i.sequence",
    ` and not exists (
      select from workflow_step_executions o where o.instance_id = i.id and o.id <> w.id)`,
  ),
);

/**
 * Of executions that were not claimed those that others may claim, and what kept this worker from it:
 * whether it lacks their code, and whether they were lost too often.
 *
 * $1: the status of what may be claimed; $2: the definitions whose code the worker has.
 */
export const LEFT_ALONE = `
select x.n, not i.definition_id = any($2::uuid[]) as is_unknown,
  coalesce(w.lost_attempts >= x.lost_less_than, false) as is_suspect
from (${LEFT_ALONE_ROWS.select}) x
join workflow_step_executions w on w.id = x.id and w.attempt = x.attempt and w.status = $1::text
join workflow_instances i on i.id = w.instance_id
where x.n = abs(x.n)`;
