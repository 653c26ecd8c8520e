import type { TaskDetail } from "@drover/db";
import { type JsonObject, TaskAlreadyCompletedError } from "@drover/engine";
import { checkAnswer, type FormValidator } from "@drover/forms";
import { act, type ActServices } from "./act.ts";

export interface TaskServices extends ActServices {
  readonly forms: FormValidator;
}

/** What a person has answered. */
export interface TaskAnswer {
  readonly completedBy: string;
  readonly data: JsonObject;
  readonly comment: string | null;
}

/**
 * Completes a task: it has to be open, to be this person's or nobody's, and its form has to be
 * filled in rightly.
 * @param task as it was just read; the core checks again, inside the commit
 * @throws TaskAlreadyCompletedError, UnauthorizedTaskError, FormInvalidError
 */
export async function completeTask(
  services: TaskServices,
  task: TaskDetail,
  answer: TaskAnswer,
): Promise<void> {
  demandOpen(task);
  checkAnswer(services.forms, task, answer);
  const event = { type: "task.completed", taskId: task.id, ...answer } as const;
  const acted = await act(services, task.instanceId, event);
  if (acted === "stale") throw new TaskAlreadyCompletedError(task.id);
}

/**
 * Gives an open task to somebody else.
 * @throws TaskAlreadyCompletedError
 */
export async function reassignTask(
  services: ActServices,
  task: TaskDetail,
  assigneeId: string,
): Promise<void> {
  demandOpen(task);
  const event = { type: "task.reassigned", taskId: task.id, assigneeId } as const;
  const acted = await act(services, task.instanceId, event);
  if (acted === "stale") throw new TaskAlreadyCompletedError(task.id);
}

function demandOpen(task: TaskDetail): void {
  if (task.status !== "pending") throw new TaskAlreadyCompletedError(task.id, task.status);
}
