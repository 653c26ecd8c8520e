import type { NewInstance, StartResult, StepStatus } from "@drover/engine";
import type { Sql } from "postgres";
import { instanceRow } from "./instance-columns.ts";
import { rowColumns } from "./row-columns.ts";
import { START_CHANNEL, startMessage } from "./start-message.ts";
import { takeOffer } from "./start-offers.ts";
import { INSTANCE, insertInstances } from "./start-statement.ts";

const ALONE = rowColumns(3, { ...INSTANCE, message: "text" });

const of = (column: keyof typeof ALONE.valuesOfOne) => ALONE.valuesOfOne[column];

/**
 * Writes an instance that starts by itself with its first step. Where a worker has offered to take that, it is
 * written as claimed by it, under the attempt that a claim would find, and the worker is told with the commit: it can
 * neither hear of a step that is not written nor begin one before it is.
 *
 * Guards:
 * 1. Where its id or its key is there, nothing is written, no offer is taken and nobody is told.
 * 2. An offer is taken once: see `takeOffer`.
 *
 * $1: the status of a step that nobody has; $2: of one that runs; the instance and the message after them.
 */
export const START_ALONE = `
with created as (${insertInstances(of, "")}
  returning id),
taken as (${takeOffer(of("definition_id"), of("message"), "exists (select from created)")})
insert into workflow_step_executions (
  id, instance_id, step_name, step_type, status, worker_id, context_sequence, arrivals,
  dispatched_at, started_at, created_at)
select ${of("execution_id")}, created.id, ${of("current_step")}, ${of("step_type")},
  coalesce(claim.status, $1::text), claim.worker_id, claim.context_sequence, '[]',
  now(), claim.started_at, ${of("started_at")}
from created left join (
  select worker_id, $2::text as status, 0 as context_sequence, now() as started_at from taken) claim on true
returning worker_id is not null as is_taken, case when worker_id is not null
  then pg_notify('${START_CHANNEL}' || worker_id, ${of("message")})::text end as told`;

/** @returns null where its id or its key is there already, so that nothing was written */
export async function startAlone(sql: Sql, instance: NewInstance): Promise<StartResult | null> {
  const scheduled: StepStatus = "scheduled";
  const running: StepStatus = "running";
  const row = { ...instanceRow(instance), message: startMessage(instance) };
  const parameters = [scheduled, running, ...ALONE.parametersOfOne(row)];
  const [written] = await sql.unsafe<{ is_taken: boolean }[]>(START_ALONE, parameters, {
    prepare: true,
  });
  if (written === undefined) return null;
  return {
    instanceId: instance.instanceId,
    created: true,
    requestHash: row.request_hash,
    isTaken: written.is_taken,
  };
}
