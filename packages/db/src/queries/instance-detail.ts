import {
  type ExecutionId,
  type InstanceId,
  type JsonObject,
  type JsonValue,
  layered,
} from "@drover/engine";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances, workflowStepExecutions } from "../schema/index.ts";
import { type ChildDetail, listChildren } from "./children.ts";
import { countExecutions, type ExecutionDetail, selectExecutions } from "./execution-history.ts";
import { instanceSummary, selectSummaries, type InstanceSummary } from "./instance-summary.ts";
import { listSignals, type SignalDetail } from "./signals.ts";
import { isUnattended } from "./unattended-definitions.ts";

/** An instance with what is known of it. */
export interface InstanceDetail extends InstanceSummary {
  /** The context as the next step would see it. */
  readonly contextData: JsonObject;
  readonly metadata: JsonObject;
  /** What the workflow came to; null until it has ended. */
  readonly output: JsonValue;
  readonly error: string | null;
  readonly deadlineAt: Date | null;
  /** The step of another instance that has started this one. */
  readonly parent: { readonly instanceId: InstanceId; readonly executionId: ExecutionId } | null;
  /** Ended executions in the order in which they ended, then live ones: the first of them. */
  readonly executions: readonly ExecutionDetail[];
  /** How many executions there are. */
  readonly executionCount: number;
  /** Instances that its steps have started, the first 100. */
  readonly children: readonly ChildDetail[];
  /** Signals that it has been sent, the first 100. */
  readonly signals: readonly SignalDetail[];
  /** Whether a step of it is ready and no live worker has its code. */
  readonly unattended: boolean;
}

/** Children and signals that a detail names. */
const MOST_BESIDES = 100;

/**
 * One instance with its context and history, as of one moment; null for none.
 * @param mostExecutions of its history
 */
export async function findInstanceDetail(
  queries: Queries,
  id: InstanceId,
  mostExecutions: number,
): Promise<InstanceDetail | null> {
  return queries.transaction(
    async (snapshot) => {
      const [[row], [stored], executions, executionCount, children, signals, unattended] =
        await Promise.all([
          selectSummaries(snapshot).where(eq(workflowInstances.id, id)),
          selectStored(snapshot, id),
          selectExecutions(snapshot, id, { limit: mostExecutions, offset: 0 }),
          countExecutions(snapshot, id),
          listChildren(snapshot, id, MOST_BESIDES),
          listSignals(snapshot, id, MOST_BESIDES),
          isUnattended(snapshot, id),
        ]);
      if (row === undefined || stored === undefined) return null;
      const { contextData, sequence, parentInstanceId, parentExecutionId, ...rest } = stored;
      const newer = await selectUnfolded(snapshot, id, sequence);
      return {
        ...instanceSummary(row),
        ...rest,
        contextData: layered([contextData, ...newer.map((ended) => ended.changes)]),
        parent:
          parentInstanceId === null || parentExecutionId === null
            ? null
            : { instanceId: parentInstanceId, executionId: parentExecutionId },
        executions,
        executionCount,
        children,
        signals,
        unattended,
      };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

function selectStored(queries: Queries, id: InstanceId) {
  return queries
    .select({
      contextData: workflowInstances.contextData,
      metadata: workflowInstances.metadata,
      sequence: workflowInstances.sequence,
      output: workflowInstances.output,
      error: workflowInstances.error,
      deadlineAt: workflowInstances.deadlineAt,
      parentInstanceId: workflowInstances.parentInstanceId,
      parentExecutionId: workflowInstances.parentExecutionId,
    })
    .from(workflowInstances)
    .where(eq(workflowInstances.id, id));
}

/**
 * What steps have left on their own rows since the context was stored: a single token that moves on
 * inline does not touch the instance's row. Members of maps are never the single token.
 */
function selectUnfolded(queries: Queries, id: InstanceId, sequence: number) {
  return queries
    .select({ changes: workflowStepExecutions.contextChanges })
    .from(workflowStepExecutions)
    .where(
      and(
        eq(workflowStepExecutions.instanceId, id),
        sql`not ${workflowStepExecutions.isItem}`,
        gt(workflowStepExecutions.sequence, sequence),
      ),
    )
    .orderBy(asc(workflowStepExecutions.sequence));
}
