import { findTaskDetail, type Queries, type TaskDetail } from "@drover/db";
import { asId, isUuid, type TaskId } from "@drover/engine";
import { includes, type Scope } from "../access/scope.ts";
import { TaskNotThereError } from "../errors.ts";

/**
 * A task that the caller may see, by its id as it was sent. It belongs to the tenant of its instance;
 * those of others are not there.
 * @throws TaskNotThereError
 */
export async function existingTask(
  queries: Queries,
  text: string,
  scope: Scope,
): Promise<TaskDetail> {
  if (!isUuid(text)) throw new TaskNotThereError(text);
  const task = await findTaskDetail(queries, asId<TaskId>(text));
  if (task === null || !includes(scope, task.tenantId)) throw new TaskNotThereError(text);
  return task;
}
