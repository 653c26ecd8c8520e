import type { InstanceId } from "@drover/engine";
import { sql, type SQL } from "drizzle-orm";
import type { Queries } from "../client.ts";

/** A definition with work that is ready, and nobody there who has its code. */
export interface UnattendedDefinition {
  readonly name: string;
  readonly version: string;
  /** Steps that are ready to run. */
  readonly steps: number;
  /** The instances that they belong to. */
  readonly instances: number;
  /** Since when the oldest of the steps has been ready. */
  readonly since: Date;
}

/** Seconds of silence after which nobody counts on a worker; each beats every second. */
const SILENCE = 15;

/** Ready steps that are looked at, those handed over longest ago first: a backlog may be long. */
const MOST_STEPS = 100_000;

/** Whether somebody is there who takes new steps and has the code; who does not say may have it. */
function isAttended(definitionId: SQL): SQL {
  return sql`exists (
    select 1 from workflow_workers w
    where w.heartbeat_at > now() - make_interval(secs => ${SILENCE}) and not w.draining
      and (w.definition_ids is null or ${definitionId} = any(w.definition_ids)))`;
}

/** Definitions whose work waits because no live worker knows them, by name and version. */
export async function listUnattendedDefinitions(queries: Queries): Promise<UnattendedDefinition[]> {
  const rows = await queries.execute<{
    readonly name: string;
    readonly version: string;
    readonly steps: number;
    readonly instances: number;
    readonly since: string;
  }>(sql`
    with ready as materialized (
      select instance_id, updated_at from workflow_step_executions
      where status = 'scheduled' order by dispatched_at limit ${MOST_STEPS}),
    work as materialized (
      select i.definition_id, count(*)::int as steps, count(distinct i.id)::int as instances,
        min(ready.updated_at) as since
      from ready join workflow_instances i on i.id = ready.instance_id group by i.definition_id)
    select d.name, d.version, work.steps, work.instances,
      to_char(work.since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
    from work join workflow_definitions d on d.id = work.definition_id
    where not ${isAttended(sql`d.id`)}
    order by d.name, d.version`);
  return rows.map((row) => ({ ...row, since: new Date(row.since) }));
}

/** Whether an instance has a step that is ready, and no live worker that knows its definition. */
export async function isUnattended(queries: Queries, id: InstanceId): Promise<boolean> {
  const rows = await queries.execute<{ unattended: boolean }>(sql`
    select exists (
        select 1 from workflow_step_executions e
        where e.instance_id = i.id and e.status = 'scheduled')
      and not ${isAttended(sql`i.definition_id`)} as unattended
    from workflow_instances i where i.id = ${id}`);
  return rows[0]?.unattended ?? false;
}
