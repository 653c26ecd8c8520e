import { deleteInstances, findInstances, type InstanceSummary, type Queries } from "@drover/db";
import { type InstanceId, isTerminal, WorkflowInstanceNotFoundError } from "@drover/engine";
import { InstanceNeededError, InstanceNotOverError } from "../errors.ts";
import type { BulkTally } from "./bulk-tally.ts";

/** Instances that are deleted in one transaction. */
const PIECE = 50;

/**
 * Deletes instances with everything of theirs, and counts what has become of each. One that cannot go
 * keeps none of the others back; a piece that Postgres refuses counts as failed as a whole, and stays.
 */
export async function deleteMany(
  queries: Queries,
  ids: readonly InstanceId[],
  tally: BulkTally,
): Promise<void> {
  for (let start = 0; start < ids.length; start += PIECE) {
    const piece = ids.slice(start, start + PIECE);
    const refusal = await deletePiece(queries, piece);
    for (const [place, instanceId] of piece.entries()) {
      const error = refusal(instanceId);
      if (error === null) tally.succeeded();
      else tally.failed(start + place, { instanceId, error });
    }
  }
}

/** @returns why an instance is not deleted; null for one that is */
async function deletePiece(
  queries: Queries,
  ids: readonly InstanceId[],
): Promise<(id: InstanceId) => unknown> {
  try {
    const deleted = new Set(await deleteInstances(queries, ids));
    const left = ids.filter((id) => !deleted.has(id));
    const standing = new Map(
      (await findInstances(queries, left)).map((instance) => [instance.id, instance]),
    );
    return (id) => (deleted.has(id) ? null : refusalOf(id, standing.get(id)));
  } catch (error) {
    return () => error;
  }
}

function refusalOf(id: InstanceId, instance: InstanceSummary | undefined): Error {
  if (instance === undefined) return new WorkflowInstanceNotFoundError(id);
  if (!isTerminal(instance.status)) return new InstanceNotOverError(id, instance.status);
  return new InstanceNeededError(id);
}
