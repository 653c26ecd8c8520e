import type { InstanceId, TaskStatus } from "@drover/engine";
import { and, asc, count, eq, inArray, isNull, or, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Queries } from "../client.ts";
import { workflowHumanTasks, workflowInstances } from "../schema/index.ts";
import type { Page, PageRequest } from "./page.ts";
import { selectTasks, type TaskDetail } from "./task-columns.ts";

/** What must hold of a task; people match tasks of theirs and tasks of nobody in particular. */
export interface TaskFilter {
  readonly status: TaskStatus;
  readonly assigneeId?: string | undefined;
  readonly assigneeGroup?: string | undefined;
  readonly instanceId?: InstanceId | undefined;
  /** Of its instance. */
  readonly tenantId?: string | undefined;
  /** Of its instance. */
  readonly correlationId?: string | undefined;
}

/** Tasks, the most urgent first, and how many there are. */
export async function listTasks(
  queries: Queries,
  filter: TaskFilter,
  { limit, offset }: PageRequest,
): Promise<Page<TaskDetail>> {
  const condition = conditionOf(queries, filter);
  // Ascending puts tasks without a due date last; the id makes pages that do not overlap.
  const order = [
    asc(workflowHumanTasks.dueAt),
    asc(workflowHumanTasks.createdAt),
    asc(workflowHumanTasks.id),
  ];
  // The page first, and only then what belongs to it: not the workflow of every task there is.
  const page = queries
    .select({ id: workflowHumanTasks.id })
    .from(workflowHumanTasks)
    .where(condition)
    .orderBy(...order)
    .limit(limit)
    .offset(offset)
    .as("page");
  const [items, [counted]] = await Promise.all([
    selectTasks(queries)
      .innerJoin(page, eq(page.id, workflowHumanTasks.id))
      .orderBy(...order),
    queries.select({ total: count() }).from(workflowHumanTasks).where(condition),
  ]);
  return { items, total: counted?.total ?? 0 };
}

function conditionOf(queries: Queries, filter: TaskFilter): SQL | undefined {
  return and(
    // Pending is what partial indexes are for, and they are found only by the word itself.
    filter.status === "pending"
      ? sql`${workflowHumanTasks.status} = 'pending'`
      : eq(workflowHumanTasks.status, filter.status),
    equalOrNull(workflowHumanTasks.assigneeId, filter.assigneeId),
    equalOrNull(workflowHumanTasks.assigneeGroup, filter.assigneeGroup),
    filter.instanceId === undefined
      ? undefined
      : eq(workflowHumanTasks.instanceId, filter.instanceId),
    filter.tenantId === undefined
      ? undefined
      : inArray(
          workflowHumanTasks.instanceId,
          instancesWith(queries, eq(workflowInstances.tenantId, filter.tenantId)),
        ),
    filter.correlationId === undefined
      ? undefined
      : inArray(
          workflowHumanTasks.instanceId,
          instancesWith(queries, eq(workflowInstances.correlationId, filter.correlationId)),
        ),
  );
}

function instancesWith(queries: Queries, condition: SQL) {
  return queries.select({ id: workflowInstances.id }).from(workflowInstances).where(condition);
}

function equalOrNull(column: PgColumn, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : or(eq(column, value), isNull(column));
}
