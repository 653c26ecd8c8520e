import type { InstanceId, StepStatus } from "@drover/engine";
import { sql } from "drizzle-orm";
import type { Queries } from "../client.ts";

/** How a step of an instance stands. */
export interface StepState {
  readonly stepName: string;
  readonly status: StepStatus;
}

/** Which of the runs that belong together a reader wants to see: the foremost comes first. */
const FOREMOST = `array['running', 'scheduled', 'waiting', 'failed', 'succeeded', 'skipped', 'canceled']`;

/**
 * How each step of an instance stands that has started. Of a step that ran several times the last
 * run counts, and one that is live more than any that has ended. Of a member of a map, which runs
 * once for every item, it is the foremost of its runs in the last round: in the outermost group
 * around the map that was begun last.
 */
export async function listStepStates(queries: Queries, id: InstanceId): Promise<StepState[]> {
  return queries.execute<{ stepName: string; status: StepStatus }>(sql`
    with recursive climb as (
      select distinct holder.group_id as map_id, holder.group_id as at
      from workflow_step_executions holder
      where holder.instance_id = ${id} and holder.is_item and holder.id = holder.item_id
      union
      select climb.map_id, around.group_id from climb
      join workflow_step_executions around on around.id = climb.at
      where around.group_id is not null),
    rounds as (
      select climb.map_id, climb.at as round from climb
      join workflow_step_executions outermost on outermost.id = climb.at
      where outermost.group_id is null),
    on_items as (
      select e.step_name, e.status, rounds.round,
        max(rounds.round::text) over (partition by e.step_name) as last_round
      from workflow_step_executions e
      join workflow_step_executions holder on holder.id = e.item_id
      join rounds on rounds.map_id = holder.group_id
      where e.instance_id = ${id} and e.is_item and e.status <> 'pending')
    (select distinct on (step_name) step_name as "stepName", status
     from workflow_step_executions
     where instance_id = ${id} and not is_item and status <> 'pending'
     order by step_name, sequence desc nulls first, id desc)
    union all
    (select distinct on (step_name) step_name as "stepName", status from on_items
     where round::text = last_round
     order by step_name, array_position(${sql.raw(FOREMOST)}, status::text))`);
}
