import type { ExecutionId, InstanceId, JsonValue, StepError } from "@drover/engine";
import { and, asc, count, eq, gt, inArray, lt, max, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queries } from "../client.ts";
import { workflowStepAttempts, workflowStepExecutions } from "../schema/index.ts";
import type { Page, PageRequest } from "./page.ts";

/** One step execution, live or ended. */
export type ExecutionDetail = Awaited<ReturnType<typeof selectRows>>[number] & {
  /** Tries of its code that failed and were followed by another one, the first one first. */
  readonly failedAttempts: readonly FailedAttempt[];
};

interface FailedAttempt {
  readonly error: StepError;
  readonly startedAt: Date | null;
  readonly endedAt: Date;
}

/** A part of an instance's history. */
export interface ExecutionPage extends Page<ExecutionDetail> {
  /** For each key of the context the sequence of the execution before this part that set it last. */
  readonly writersBefore: ReadonlyMap<string, number>;
}

/**
 * Ended executions of an instance in the order in which they ended, then the live ones, oldest
 * first; as of one moment.
 */
export async function listExecutions(
  queries: Queries,
  id: InstanceId,
  page: PageRequest,
): Promise<ExecutionPage> {
  return queries.transaction(
    async (snapshot) => {
      const [items, total] = await Promise.all([
        selectExecutions(snapshot, id, page),
        countExecutions(snapshot, id),
      ]);
      const before = page.offset === 0 ? 0 : (items[0]?.sequence ?? null);
      return { items, total, writersBefore: await lastWriters(snapshot, id, before) };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

export async function countExecutions(queries: Queries, id: InstanceId): Promise<number> {
  const [counted] = await queries
    .select({ total: count() })
    .from(workflowStepExecutions)
    .where(eq(workflowStepExecutions.instanceId, id));
  return counted?.total ?? 0;
}

/** See `listExecutions`; within a transaction of the caller's. */
export async function selectExecutions(
  queries: Queries,
  id: InstanceId,
  page: PageRequest,
): Promise<ExecutionDetail[]> {
  const rows = await selectRows(queries, id, page);
  const retried = rows.filter((row) => row.failedTries > 0).map((row) => row.id);
  const attempts = await failedAttempts(queries, retried);
  return rows.map((row) => ({ ...row, failedAttempts: attempts.get(row.id) ?? [] }));
}

function selectRows(queries: Queries, id: InstanceId, { limit, offset }: PageRequest) {
  const executions = workflowStepExecutions;
  const holder = alias(workflowStepExecutions, "holder");
  // Looked up row by row: the planner would rather read the whole table than join so many.
  const item = queries
    .select({ itemData: holder.itemData })
    .from(holder)
    .where(eq(holder.id, executions.itemId));
  return (
    queries
      .select({
        id: executions.id,
        stepName: executions.stepName,
        stepType: executions.stepType,
        status: executions.status,
        attempt: executions.attempt,
        failedTries: executions.failedTries,
        lostAttempts: executions.lostAttempts,
        groupId: executions.groupId,
        memberIndex: executions.memberIndex,
        isItem: executions.isItem,
        /** What it works on, inside of a map; null outside. */
        item: sql<JsonValue>`(${item})`.mapWith(holder.itemData),
        undoes: executions.undoes,
        wait: executions.wait,
        sequence: executions.sequence,
        contextSequence: executions.contextSequence,
        outputData: executions.outputData,
        contextChanges: executions.contextChanges,
        error: executions.error,
        errorDetails: executions.errorDetails,
        startedAt: executions.startedAt,
        completedAt: executions.completedAt,
        createdAt: executions.createdAt,
        assignedTo: executions.assignedTo,
        completedBy: executions.completedBy,
      })
      .from(executions)
      .where(eq(executions.instanceId, id))
      // Postgres puts nulls last here: the live ones have no sequence yet.
      .orderBy(asc(executions.sequence), asc(executions.id))
      .limit(limit)
      .offset(offset)
  );
}

async function failedAttempts(
  queries: Queries,
  ids: readonly ExecutionId[],
): Promise<ReadonlyMap<string, FailedAttempt[]>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select({
      executionId: workflowStepAttempts.stepExecutionId,
      error: workflowStepAttempts.error,
      startedAt: workflowStepAttempts.startedAt,
      endedAt: workflowStepAttempts.endedAt,
    })
    .from(workflowStepAttempts)
    .where(inArray(workflowStepAttempts.stepExecutionId, [...ids]))
    .orderBy(asc(workflowStepAttempts.attempt));
  return Map.groupBy(rows, (row) => row.executionId);
}

/** @param before a sequence; null for all that have ended, 0 for none */
async function lastWriters(
  queries: Queries,
  id: InstanceId,
  before: number | null,
): Promise<ReadonlyMap<string, number>> {
  if (before === 0) return new Map();
  const { sequence, contextChanges, instanceId } = workflowStepExecutions;
  const written = sql<string>`jsonb_object_keys(${contextChanges})`;
  const writes = queries
    .select({ key: written.as("key"), sequence })
    .from(workflowStepExecutions)
    .where(
      and(
        eq(instanceId, id),
        before === null ? gt(sequence, 0) : lt(sequence, before),
        sql`${contextChanges} <> '{}'`,
      ),
    )
    .as("writes");
  const rows = await queries
    .select({ key: writes.key, sequence: max(writes.sequence) })
    .from(writes)
    .groupBy(writes.key);
  return new Map(rows.map((row) => [row.key, row.sequence ?? 0]));
}
