import type { Sql } from "postgres";
import { SILENT } from "../../support/workflows/stormy-outcomes.ts";

/** An instance as its row has it at the end. */
export interface InstanceRow {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly error: string | null;
  readonly output: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly isRoot: boolean;
  /** How often each step came to which status, as `square failed`. */
  readonly steps: Readonly<Record<string, number>>;
}

export async function instanceRows(sql: Sql): Promise<InstanceRow[]> {
  const rows = await sql<(Omit<InstanceRow, "output"> & { output: { v: unknown } | null })[]>`
    select i.id, i.workflow_name as workflow, i.status, i.error, i.output,
      i.context_data as context, i.parent_instance_id is null as "isRoot",
      coalesce(tally.steps, '{}') as steps
    from workflow_instances i
    left join (
      select instance_id, jsonb_object_agg(step, times) as steps from (
        select instance_id, step_name || ' ' || status as step, count(*)::int as times
        from workflow_step_executions group by 1, 2) counted
      group by instance_id) tally on tally.instance_id = i.id`;
  return rows.map((row) => ({ ...row, output: row.output?.v ?? null }));
}

/** Instances whose rows count other tokens than there are. */
export async function miscounted(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select i.id from workflow_instances i
    left join (
      select instance_id, count(*)::int as live,
        count(*) filter (where status in ('scheduled', 'running'))::int as active
      from workflow_step_executions
      where status in ('pending', 'scheduled', 'running', 'waiting') group by instance_id
    ) counted on counted.instance_id = i.id
    where i.live_tokens <> coalesce(counted.live, 0)
      or i.active_tokens <> coalesce(counted.active, 0)`;
  return rows.map(({ id }) => id);
}

/** What nobody will ever look at again, by its kind. */
export async function leftBehind(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const [rows] = await sql<Record<string, number>[]>`
    select (select count(*)::int from workflow_timers) as timers,
      (select count(*)::int from workflow_messages) as messages,
      (select count(*)::int from workflow_human_tasks where status = 'pending') as "open tasks",
      (select count(*)::int from workflow_callbacks where closed_at is null) as "open callbacks",
      (select count(*)::int from workflow_step_executions where sequence is null)
        as "live executions"`;
  return rows ?? {};
}

export interface CountedStep {
  readonly id: string;
  readonly attempt: number;
}

/** Machine steps that tell the recorder what they do, as far as they have counted. */
export function countedSteps(sql: Sql): Promise<readonly CountedStep[]> {
  return sql<CountedStep[]>`
    select e.id, e.attempt from workflow_step_executions e
    join workflow_instances i on i.id = e.instance_id
    where e.step_type = 'machine' and e.status = 'succeeded'
      and (i.workflow_name like 'stormy%' or i.workflow_name like 'chaos%')
      and e.step_name <> all(${[...SILENT]})`;
}

export interface TaskRow {
  readonly id: string;
  readonly completedBy: string | null;
}

export function completedTasks(sql: Sql): Promise<readonly TaskRow[]> {
  return sql<TaskRow[]>`
    select id, completed_by as "completedBy" from workflow_human_tasks
    where status = 'completed'`;
}
