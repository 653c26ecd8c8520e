import {
  InstanceNotWaitingError,
  TaskAlreadyCompletedError,
  type InstanceId,
  type JsonObject,
  type TaskView,
} from "@drover/engine";
import { checkAnswer } from "@drover/forms";
import type { Machinery } from "./machinery.ts";
import { openTasks } from "./views.ts";

/** What somebody has done with a task. */
export interface Completion {
  readonly completedBy: string;
  readonly data: JsonObject;
  readonly comment: string | null;
}

/** @throws UnauthorizedTaskError, FormInvalidError, TaskAlreadyCompletedError */
export async function completeTask(
  machinery: Machinery,
  task: TaskView,
  completion: Completion,
): Promise<void> {
  checkAnswer(machinery.forms, task, completion);
  const event = { type: "task.completed", taskId: task.id, ...completion } as const;
  const happened = await machinery.act(task.instanceId, event);
  if (!happened) throw new TaskAlreadyCompletedError(task.id);
}

/**
 * The open task of a human step that a user should answer: one of its own, else one of nobody's,
 * else somebody else's; of several the most urgent, then the oldest.
 * @throws InstanceNotWaitingError, naming the steps that have open tasks
 */
export function openTaskAt(
  { store: { rows } }: Machinery,
  instanceId: InstanceId,
  stepName: string,
  userId: string,
): TaskView {
  const { status } = rows.instance(instanceId);
  const open = openTasks(rows, instanceId);
  const tasks = open.filter((task) => task.stepName === stepName);
  const task =
    tasks.find(({ assigneeId }) => assigneeId === userId) ??
    tasks.find(({ assigneeId }) => assigneeId === null) ??
    tasks[0];
  if (task !== undefined) return task;
  const waitingAt = [...new Set(open.map((each) => each.stepName))].sort();
  throw new InstanceNotWaitingError(instanceId, stepName, status, waitingAt);
}
