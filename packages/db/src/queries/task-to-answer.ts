import type { InstanceId } from "@drover/engine";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowHumanTasks } from "../schema/index.ts";
import { selectTasks, type TaskDetail } from "./task-columns.ts";

/**
 * The open task of a step that a user should answer: one of its own, else one of nobody's, else
 * somebody else's; of several the most urgent, then the oldest. Null where none is open.
 */
export async function findTaskToAnswer(
  queries: Queries,
  instanceId: InstanceId,
  stepName: string,
  userId: string,
): Promise<TaskDetail | null> {
  const { assigneeId, dueAt, createdAt, id } = workflowHumanTasks;
  const whose = sql`case when ${assigneeId} = ${userId} then 0 when ${assigneeId} is null then 1 else 2 end`;
  const [task] = await selectTasks(queries)
    .where(and(openOf(instanceId), eq(workflowHumanTasks.stepName, stepName)))
    .orderBy(whose, asc(dueAt), asc(createdAt), asc(id))
    .limit(1);
  return task ?? null;
}

/** Steps of an instance that have open tasks, in the order of their names. */
export async function listStepsWithOpenTasks(
  queries: Queries,
  instanceId: InstanceId,
): Promise<string[]> {
  const { stepName } = workflowHumanTasks;
  const rows = await queries
    .selectDistinct({ stepName })
    .from(workflowHumanTasks)
    .where(openOf(instanceId));
  return rows.map((row) => row.stepName).sort();
}

function openOf(instanceId: InstanceId) {
  const { instanceId: ofInstance, status } = workflowHumanTasks;
  return and(eq(ofInstance, instanceId), eq(status, "pending"));
}
