import {
  InstanceNotWaitingError,
  TaskAlreadyCompletedError,
  UnauthorizedTaskError,
  type InstanceId,
  type JsonObject,
  type TaskView,
} from "@drover/engine";
import { FormInvalidError } from "@drover/forms";
import type { Machinery } from "./machinery.ts";
import { openTasks } from "./views.ts";

/** What somebody has done with a task. */
export interface Completion {
  readonly userId: string;
  readonly data: JsonObject;
  readonly comment: string | null;
}

/** @throws UnauthorizedTaskError, FormInvalidError, TaskAlreadyCompletedError */
export async function completeTask(
  machinery: Machinery,
  task: TaskView,
  { userId, data, comment }: Completion,
): Promise<void> {
  if (task.assigneeId !== null && task.assigneeId !== userId) {
    throw new UnauthorizedTaskError(task.id, userId);
  }
  const faults = task.formSchema === null ? [] : machinery.forms.validate(task.formSchema, data);
  if (faults.length > 0) throw new FormInvalidError(task.id, faults);
  const event = { taskId: task.id, completedBy: userId, data, comment };
  const happened = await machinery.act(task.instanceId, { type: "task.completed", ...event });
  if (!happened) throw new TaskAlreadyCompletedError(task.id);
}

/**
 * The open task of a human step; of several (in a map) the oldest that the user may complete.
 * @throws InstanceNotWaitingError, naming the steps that do wait
 */
export function openTaskAt(
  machinery: Machinery,
  instanceId: InstanceId,
  stepName: string,
  userId: string,
): TaskView {
  const { rows } = machinery.store;
  const { status } = rows.instance(instanceId);
  const tasks = openTasks(rows, instanceId).filter((task) => task.stepName === stepName);
  const own = tasks.find((task) => task.assigneeId === null || task.assigneeId === userId);
  const task = own ?? tasks[0];
  if (task !== undefined) return task;
  throw new InstanceNotWaitingError(instanceId, stepName, status, waitingAt(machinery, instanceId));
}

/** Where an instance waits for something from outside; groups wait for nothing but their members. */
function waitingAt({ store }: Machinery, instanceId: InstanceId): string[] {
  const live = [...store.rows.live(instanceId, "outer"), ...store.rows.live(instanceId, "members")];
  const names = live
    .filter(({ wait }) => wait !== null && wait.kind !== "group" && wait.kind !== "delay")
    .map(({ stepName }) => stepName);
  return [...new Set(names)];
}
