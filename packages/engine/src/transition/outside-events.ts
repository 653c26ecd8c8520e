import {
  CallbackAlreadyUsedError,
  TaskAlreadyCompletedError,
  UnauthorizedTaskError,
  WorkflowAlreadyCompletedError,
} from "../errors.ts";
import type { TaskId } from "../ids.ts";
import type { OutsideEvent, TaskCompleted, TaskReassigned } from "../state/events.ts";
import type { Wait, WaitingToken } from "../state/instance-state.ts";
import { setOwn } from "../json.ts";
import type { Draft } from "./draft.ts";
import { settle } from "./ending.ts";

/**
 * What follows when a person, another system or a clock acts on an instance.
 * @returns false when there is nothing left to act on and nobody needs to know (a timer)
 * @throws the documents' errors where the one who acts has to be told
 */
export function applyOutsideEvent(draft: Draft, event: OutsideEvent): boolean {
  switch (event.type) {
    case "task.completed":
      completeTask(draft, event);
      break;
    case "task.reassigned":
      reassignTask(draft, event);
      break;
    case "timer.fired": {
      const token = draft.waiting(
        (wait) => wait.kind === "timer" && wait.timerId === event.timerId,
      );
      if (token === undefined) return false;
      draft.wake(token, { kind: "timer" });
      break;
    }
    case "callback.received": {
      const token = draft.waiting(
        (wait, executionId) => wait.kind === "callback" && executionId === event.executionId,
      );
      if (token === undefined) throw new CallbackAlreadyUsedError();
      const changes = {};
      setOwn(changes, event.callbackKey, event.payload);
      draft.merge(changes);
      draft.wake(token, { kind: "callback", payload: event.payload });
      break;
    }
    case "instance.canceled":
      if (draft.isOver) throw new WorkflowAlreadyCompletedError(draft.state.id, draft.status);
      draft.status = "canceled";
      draft.error = `Canceled: ${event.reason}`;
      draft.cancelAll(draft.error);
      break;
  }
  settle(draft);
  return true;
}

function completeTask(draft: Draft, event: TaskCompleted): void {
  const { token, wait } = openTask(draft, event.taskId);
  if (wait.assigneeId !== null && wait.assigneeId !== event.completedBy) {
    throw new UnauthorizedTaskError(event.taskId, event.completedBy);
  }
  draft.merge(event.data);
  draft.wake(token, { kind: "task", data: event.data, completedBy: event.completedBy });
  draft.tasks.push({
    taskId: event.taskId,
    status: "completed",
    assigneeId: null,
    completedBy: event.completedBy,
    completedAt: draft.environment.now,
    data: event.data,
    comment: event.comment,
  });
}

function reassignTask(draft: Draft, event: TaskReassigned): void {
  const { token, wait } = openTask(draft, event.taskId);
  draft.reassign(token, { ...wait, assigneeId: event.assigneeId });
  draft.tasks.push({
    taskId: event.taskId,
    status: "pending",
    assigneeId: event.assigneeId,
    completedBy: null,
    completedAt: null,
    data: null,
    comment: null,
  });
}

/** Only an open task has a token that waits for it. */
function openTask(
  draft: Draft,
  taskId: TaskId,
): { token: WaitingToken; wait: Extract<Wait, { kind: "task" }> } {
  const token = draft.waiting((wait) => wait.kind === "task" && wait.taskId === taskId);
  if (token?.wait.kind !== "task") {
    throw new TaskAlreadyCompletedError(taskId, draft.isOver ? "canceled" : "completed");
  }
  return { token, wait: token.wait };
}
