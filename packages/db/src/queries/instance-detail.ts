import { isLive, layered, type InstanceId, type JsonObject } from "@drover/engine";
import { asc, eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances, workflowStepExecutions } from "../schema/index.ts";
import { instanceSummary, selectSummaries, type InstanceSummary } from "./instance-summary.ts";

/** One step execution, live or ended. */
export type ExecutionDetail = Awaited<ReturnType<typeof selectExecutions>>[number];

/** An instance with all that is known of it. */
export interface InstanceDetail extends InstanceSummary {
  /** The context as the next step would see it. */
  readonly contextData: JsonObject;
  readonly error: string | null;
  /** Ended executions in the order in which they ended, then the live ones, oldest first. */
  readonly executions: readonly ExecutionDetail[];
}

/** One instance with its context and its whole history, as of one moment; null for none. */
export async function findInstanceDetail(
  queries: Queries,
  id: InstanceId,
): Promise<InstanceDetail | null> {
  return queries.transaction(
    async (snapshot) => {
      const [[row], [stored], executions] = await Promise.all([
        selectSummaries(snapshot).where(eq(workflowInstances.id, id)),
        selectStored(snapshot, id),
        selectExecutions(snapshot, id),
      ]);
      if (row === undefined || stored === undefined) return null;
      const contextData = folded(stored.contextData, stored.sequence, executions);
      return { ...instanceSummary(row), contextData, error: stored.error, executions };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

function selectStored(queries: Queries, id: InstanceId) {
  return queries
    .select({
      contextData: workflowInstances.contextData,
      sequence: workflowInstances.sequence,
      error: workflowInstances.error,
    })
    .from(workflowInstances)
    .where(eq(workflowInstances.id, id));
}

function selectExecutions(queries: Queries, id: InstanceId) {
  return (
    queries
      .select({
        id: workflowStepExecutions.id,
        groupId: workflowStepExecutions.groupId,
        stepName: workflowStepExecutions.stepName,
        stepType: workflowStepExecutions.stepType,
        status: workflowStepExecutions.status,
        attempt: workflowStepExecutions.attempt,
        sequence: workflowStepExecutions.sequence,
        contextSequence: workflowStepExecutions.contextSequence,
        outputData: workflowStepExecutions.outputData,
        contextChanges: workflowStepExecutions.contextChanges,
        error: workflowStepExecutions.error,
        startedAt: workflowStepExecutions.startedAt,
        completedAt: workflowStepExecutions.completedAt,
        createdAt: workflowStepExecutions.createdAt,
        assignedTo: workflowStepExecutions.assignedTo,
        completedBy: workflowStepExecutions.completedBy,
      })
      .from(workflowStepExecutions)
      .where(eq(workflowStepExecutions.instanceId, id))
      // Postgres puts nulls last here: the live ones have no sequence yet.
      .orderBy(asc(workflowStepExecutions.sequence), asc(workflowStepExecutions.id))
  );
}

/**
 * The stored context and what steps have left on their own rows since it was stored: a single
 * token that moves on inline does not touch the instance's row.
 */
function folded(
  stored: JsonObject,
  sequence: number,
  executions: readonly ExecutionDetail[],
): JsonObject {
  const newer = executions.filter(
    (execution) => !isLive(execution.status) && (execution.sequence ?? 0) > sequence,
  );
  return layered([stored, ...newer.map((execution) => execution.contextChanges)]);
}
