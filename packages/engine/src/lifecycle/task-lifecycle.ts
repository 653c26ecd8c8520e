import type { TaskId } from "../ids.ts";
import type { TaskChange } from "../state/changes.ts";
import type { TaskLifecycleEvent } from "./lifecycle-event.ts";
import type { ToldTransition } from "./lifecycle-events.ts";

/** What a transition tells of tasks. */
export function taskEvents(told: ToldTransition): TaskLifecycleEvent[] {
  const created = told.changes.newTasks.map((task): TaskLifecycleEvent => ({
    ...told.base,
    type: "task.created",
    taskId: task.taskId,
    stepName: task.stepName,
    assignee: task.assigneeId,
    assigneeGroup: task.assigneeGroup,
    title: task.title,
    description: task.description,
    dueAt: task.dueAt?.toISOString() ?? null,
  }));
  return [...created, ...told.changes.tasks.map((change) => changeOf(told, change))];
}

function changeOf(told: ToldTransition, change: TaskChange): TaskLifecycleEvent {
  const { taskId } = change;
  const holder = holderOf(told, taskId);
  const base = { ...told.base, taskId, stepName: holder.stepName };
  switch (change.status) {
    case "completed":
      return {
        ...base,
        type: "task.completed",
        timestamp: (change.completedAt ?? told.facts.at).toISOString(),
        completedBy: change.completedBy ?? "",
        formData: change.data ?? {},
        comment: change.comment,
      };
    case "pending":
      return {
        ...base,
        type: "task.reassigned",
        fromAssignee: holder.assigneeId,
        toAssignee: change.assigneeId ?? "",
      };
    case "canceled":
      return { ...base, type: "task.canceled" };
  }
}

/** The step that waits for a task, and who was to complete it. */
function holderOf({ before, changes }: ToldTransition, taskId: TaskId) {
  for (const token of before.tokens) {
    if (token.status !== "waiting" || token.wait.kind !== "task") continue;
    const { wait, stepName } = token;
    if (wait.taskId === taskId) return { stepName, assigneeId: wait.assigneeId };
  }
  const created = changes.newTasks.find((task) => task.taskId === taskId);
  return { stepName: created?.stepName ?? "", assigneeId: created?.assigneeId ?? null };
}
