import { type InstanceId, TERMINAL_WORKFLOW_STATUSES } from "@drover/engine";
import { sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { firstIdOf } from "../new-id.ts";
import { deleteWithin } from "./delete-instances.ts";

/** Which instances are to go, and how far a round through them has come. */
export interface Expiry {
  readonly completedBefore: Date;
  /** The last instance that the round has looked at; null at its beginning. */
  readonly after: InstanceId | null;
}

export interface ExpiredPiece {
  /** Instances that are deleted. */
  readonly deleted: number;
  /** Where the round goes on; null when it has come to its end. */
  readonly reached: InstanceId | null;
}

/** Instances that one piece looks at. */
const MOST_INSTANCES = 500;

/** Step executions that one piece deletes, unless a single instance has more. */
const MOST_EXECUTIONS = 5_000;

/** Any number that all workers share and nothing else locks. */
const LOCK = 7_146_004;

const NO_INSTANCE = "00000000-0000-0000-0000-000000000000";

/**
 * Deletes the next few of the instances that were over before a moment; see `deleteInstances`. A
 * round goes once through them in the order of their starts, so that one that has to stay keeps
 * no other from going.
 *
 * They are found without an index of their own, which every instance would have to be written to: ids
 * are in the order of time, and what was over before a moment has begun before it.
 *
 * @returns null where somebody else deletes in this moment
 */
export async function deleteExpired(
  queries: Queries,
  { completedBefore, after }: Expiry,
): Promise<ExpiredPiece | null> {
  return queries.transaction(async (transaction) => {
    const [lock] = await transaction.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${LOCK}) as taken`,
    );
    if (lock?.taken !== true) return null;
    // Its own plan each time: it depends on how much has expired.
    const found = await transaction.execute<{ id: InstanceId; executions: number }>(sql`
      select expired.id, expired.sequence as executions
      from unnest(${sql.param([...TERMINAL_WORKFLOW_STATUSES])}::text[]) as ending(status),
        lateral (
          select i.id, i.sequence from workflow_instances i
          where i.status = ending.status and i.id > ${after ?? NO_INSTANCE}
            and i.id < ${firstIdOf(completedBefore)} and i.completed_at < ${completedBefore.toISOString()}
          order by i.id limit ${MOST_INSTANCES}) expired
      order by expired.id limit ${MOST_INSTANCES}`);
    const piece = found.slice(0, fitting(found.map(({ executions }) => executions)));
    const deleted = await deleteWithin(
      transaction,
      piece.map(({ id }) => id),
    );
    return { deleted: deleted.length, reached: piece.at(-1)?.id ?? null };
  });
}

/** How many of the first come to few enough executions; one at the least. */
function fitting(executions: readonly number[]): number {
  let sum = 0;
  const beyond = executions.findIndex((count) => (sum += count) > MOST_EXECUTIONS);
  return beyond === -1 ? executions.length : Math.max(1, beyond);
}
