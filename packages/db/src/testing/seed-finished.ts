import type { TransactionSql } from "postgres";

/** The steps that instances of the history have run, in their order. */
export const STEPS = ["check", "charge", "record"] as const;

/** Seconds from one step of an instance to the next. */
const STEP_SECONDS = 0.1;

const INSTANCES = `
insert into workflow_instances (id, definition_id, workflow_name, workflow_version, status,
  context_data, metadata, version, sequence, live_tokens, active_tokens, terminal_reached, output,
  correlation_id, created_by, transition_id, started_at, completed_at, created_at, updated_at)
select instance_id, definition.id, definition.name, definition.version, 'completed',
  jsonb_build_object('order_id', 'H-' || n, 'amount', n % 1000) || $2::text::jsonb, '{}', 2,
  ${STEPS.length}, 0, 0, true, jsonb_build_object('v', jsonb_build_object('recorded', n)),
  'history-' || n, 'person-' || n % 500, wait_id, moment, ended_at, moment, ended_at
from workflow_definitions definition, seeded,
  lateral (select moment + interval '${STEPS.length * STEP_SECONDS} s' as ended_at) ending
where definition.id = $1::uuid`;

const EXECUTIONS = `
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, worker_id,
  sequence, context_sequence, arrivals, output_data, context_changes, transition_id,
  started_at, completed_at, created_at, updated_at)
select step.id, instance_id, step.name, 'machine', 'succeeded', wait_id, step.place, step.place - 1,
  case when step.cause is null then '[]' else
    jsonb_build_array(jsonb_build_object('edge', step.place - 2, 'executionId', step.cause)) end,
  jsonb_build_object('v', jsonb_build_object('step', step.name, 'order', n) || $1::text::jsonb),
  jsonb_build_object(step.name || '_by', 'history'), wait_id,
  begun_at, ended_at, begun_at, ended_at
from seeded,
  lateral (values (1, '${STEPS[0]}', first_id, null), (2, '${STEPS[1]}', second_id, first_id),
    (3, '${STEPS[2]}', third_id, second_id)) as step(place, name, id, cause),
  lateral (select moment + (step.place - 1) * interval '${STEP_SECONDS} s' as begun_at,
    moment + step.place * interval '${STEP_SECONDS} s' as ended_at) lasting
where step.place <= $2::int`;

/** Instances of what is in `seeded` that have run all steps. @param context further keys of each context */
export async function writeFinishedInstances(
  transaction: TransactionSql,
  definitionId: string,
  context: object,
): Promise<void> {
  await transaction.unsafe(INSTANCES, [definitionId, JSON.stringify(context)]);
}

/**
 * Ended executions of what is in `seeded`.
 *
 * @param steps how many of the steps have ended
 * @param result further keys of each result
 */
export async function writeEndedExecutions(
  transaction: TransactionSql,
  steps: number,
  result: object,
): Promise<void> {
  await transaction.unsafe(EXECUTIONS, [JSON.stringify(result), steps]);
}
