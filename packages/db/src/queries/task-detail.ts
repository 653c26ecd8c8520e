import type { TaskId } from "@drover/engine";
import { eq } from "drizzle-orm";
import type { Queries } from "../client.ts";
import { workflowHumanTasks } from "../schema/index.ts";
import { selectTasks, type TaskDetail } from "./task-columns.ts";

/** One task, null where there is none. */
export async function findTaskDetail(queries: Queries, id: TaskId): Promise<TaskDetail | null> {
  const [task] = await selectTasks(queries).where(eq(workflowHumanTasks.id, id));
  return task ?? null;
}
