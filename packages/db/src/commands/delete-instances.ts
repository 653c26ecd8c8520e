import type { InstanceId } from "@drover/engine";
import { sql } from "drizzle-orm";
import { INDEX_PLANS, type Queries } from "../client.ts";

/** Step executions that one statement deletes; each takes its tasks, waits and tries with it. */
const MOST_EXECUTIONS = 5_000;

/** What foreign keys do in the name of this transaction is planned with it and stays as planned. */
const PLAN_WITH_INDEXES = sql`select ${sql.join(
  Object.entries(INDEX_PLANS).map(
    ([setting, value]) => sql`set_config(${setting}, ${value}, true)`,
  ),
  sql`, `,
)}`;

/**
 * Deletes instances that are over, with everything of theirs: executions, tries, tasks, waits and
 * signals. All of it in one transaction, so nobody sees a part of it.
 *
 * Left alone are those that live, and those whose parent lives: it may ask for their output. A retry
 * in the same moment comes first or finds nothing. Messages to them stay and are dropped by whoever
 * delivers them.
 *
 * Locks are taken in the order that all statements keep: instances by id, then executions. An
 * instance may have had hundreds of thousands of executions, so they go in pieces; what is held
 * meanwhile are rows that are over, which nobody waits for.
 *
 * @returns those that are deleted, in no particular order
 */
export async function deleteInstances(
  queries: Queries,
  ids: readonly InstanceId[],
): Promise<InstanceId[]> {
  if (ids.length === 0) return [];
  return queries.transaction((transaction) => deleteWithin(transaction, ids));
}

/** As `deleteInstances`, in a transaction of the caller's. */
export async function deleteWithin(
  transaction: Queries,
  wanted: readonly InstanceId[],
): Promise<InstanceId[]> {
  await transaction.execute(PLAN_WITH_INDEXES);
  const locked = await transaction.execute<{ id: InstanceId }>(sql`
    select i.id from workflow_instances i
    where i.id = any(${listed(wanted)}) and i.completed_at is not null and not exists (
      select 1 from workflow_instances parent
      where parent.id = i.parent_instance_id and parent.completed_at is null)
    order by i.id for update of i`);
  const ids = locked.map(({ id }) => id);
  if (ids.length === 0) return [];
  for (let deleted = MOST_EXECUTIONS; deleted === MOST_EXECUTIONS;) {
    const executions = await transaction.execute(sql`
      delete from workflow_step_executions where id in (
        select id from workflow_step_executions
        where instance_id = any(${listed(ids)}) limit ${MOST_EXECUTIONS})`);
    deleted = executions.count;
  }
  await transaction.execute(sql`delete from workflow_instances where id = any(${listed(ids)})`);
  return ids;
}

const listed = (ids: readonly InstanceId[]) => sql`${sql.param([...ids])}::uuid[]`;
