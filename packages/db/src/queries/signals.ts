import type { InstanceId } from "@drover/engine";
import { and, asc, eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowSignals } from "../schema/index.ts";

/** A signal that an instance has been sent. */
export interface SignalDetail {
  readonly name: string;
  readonly receivedAt: Date;
  /** When a step took it; null while it is kept. */
  readonly takenAt: Date | null;
}

/** Signals of an instance, the oldest first, not more than so many. */
export async function listSignals(
  queries: Queries,
  instanceId: InstanceId,
  limit: number,
): Promise<SignalDetail[]> {
  return queries
    .select({
      name: workflowSignals.name,
      receivedAt: workflowSignals.receivedAt,
      takenAt: workflowSignals.takenAt,
    })
    .from(workflowSignals)
    .where(eq(workflowSignals.instanceId, instanceId))
    .orderBy(asc(workflowSignals.id))
    .limit(limit);
}

/** Whether an instance has been sent a signal of this name with this id of its sender's. */
export async function isSignalKnown(
  queries: Queries,
  instanceId: InstanceId,
  name: string,
  deduplicationId: string,
): Promise<boolean> {
  const rows = await queries
    .select({ id: workflowSignals.id })
    .from(workflowSignals)
    .where(
      and(
        eq(workflowSignals.instanceId, instanceId),
        eq(workflowSignals.name, name),
        eq(workflowSignals.deduplicationId, deduplicationId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}
