import type { InstanceId, WorkflowStatus } from "@drover/engine";
import { and, asc, count, desc, eq, gte, inArray, lt, type SQL } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowInstances } from "../schema/index.ts";
import { instanceSummary, selectSummaries, type InstanceSummary } from "./instance-summary.ts";
import type { Page, PageRequest } from "./page.ts";

/** Every given member must be equal, moments as they say. */
export interface InstanceFilter {
  readonly workflowName?: string | undefined;
  readonly workflowVersion?: string | undefined;
  readonly status?: WorkflowStatus | undefined;
  readonly createdBy?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Earlier than this. */
  readonly startedBefore?: Date | undefined;
  /** At this moment or later. */
  readonly startedAfter?: Date | undefined;
}

/** Instances, the newest first, and how many there are. */
export async function listInstances(
  queries: Queries,
  filter: InstanceFilter,
  { limit, offset }: PageRequest,
): Promise<Page<InstanceSummary>> {
  const condition = conditionOf(filter);
  // The page first, and only then where each stands: not where every instance there is does.
  const page = queries
    .select({ id: workflowInstances.id })
    .from(workflowInstances)
    .where(condition)
    .orderBy(desc(workflowInstances.id))
    .limit(limit)
    .offset(offset)
    .as("page");
  const [rows, [counted]] = await Promise.all([
    selectSummaries(queries)
      .innerJoin(page, eq(page.id, workflowInstances.id))
      .orderBy(desc(workflowInstances.id)),
    queries.select({ total: count() }).from(workflowInstances).where(condition),
  ]);
  return { items: rows.map(instanceSummary), total: counted?.total ?? 0 };
}

/**
 * Ids of instances with one of these statuses, the oldest first unless asked otherwise, and how many
 * there are. The filter's own status is heeded besides.
 */
export async function listInstanceIds(
  queries: Queries,
  filter: InstanceFilter,
  statuses: readonly WorkflowStatus[],
  limit: number,
  first: "oldest" | "newest" = "oldest",
): Promise<Page<InstanceId>> {
  const condition = and(conditionOf(filter), inArray(workflowInstances.status, [...statuses]));
  const [rows, [counted]] = await Promise.all([
    queries
      .select({ id: workflowInstances.id })
      .from(workflowInstances)
      .where(condition)
      .orderBy(first === "oldest" ? asc(workflowInstances.id) : desc(workflowInstances.id))
      .limit(limit),
    queries.select({ total: count() }).from(workflowInstances).where(condition),
  ]);
  return { items: rows.map((row) => row.id), total: counted?.total ?? 0 };
}

function conditionOf(filter: InstanceFilter): SQL | undefined {
  const columns = {
    workflowName: workflowInstances.workflowName,
    workflowVersion: workflowInstances.workflowVersion,
    status: workflowInstances.status,
    createdBy: workflowInstances.createdBy,
    tenantId: workflowInstances.tenantId,
    correlationId: workflowInstances.correlationId,
  };
  return and(
    filter.workflowName === undefined ? undefined : eq(columns.workflowName, filter.workflowName),
    filter.workflowVersion === undefined
      ? undefined
      : eq(columns.workflowVersion, filter.workflowVersion),
    filter.status === undefined ? undefined : eq(columns.status, filter.status),
    filter.createdBy === undefined ? undefined : eq(columns.createdBy, filter.createdBy),
    filter.tenantId === undefined ? undefined : eq(columns.tenantId, filter.tenantId),
    filter.correlationId === undefined
      ? undefined
      : eq(columns.correlationId, filter.correlationId),
    filter.startedBefore === undefined
      ? undefined
      : lt(workflowInstances.startedAt, filter.startedBefore),
    filter.startedAfter === undefined
      ? undefined
      : gte(workflowInstances.startedAt, filter.startedAfter),
  );
}
