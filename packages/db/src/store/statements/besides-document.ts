import type { Changes, NewInstance } from "@drover/engine";
import { instanceColumns } from "./instance-columns.ts";
import { rowsOf, type Transition } from "./transition.ts";

/** What few transitions have besides steps, waits and new tasks, as `COMMIT_TRANSITIONS` reads it. */
export function besidesDocument(transitions: readonly Transition[]) {
  const each = <T>(rows: (changes: Changes) => readonly T[]) => rowsOf(transitions, rows);
  return {
    new_attempts: each(({ newAttempts }) =>
      newAttempts.map(({ executionId, attempt, endedAt, error }) => ({
        id: executionId,
        attempt,
        ended_at: endedAt,
        error,
      })),
    ),
    tasks: each(taskRows),
    new_signals: each(newSignalRows),
    taken_signals: each(({ takenSignals }) => takenSignals.map((id) => ({ id }))),
    new_instances: each(({ newInstances }) => newInstances.map(childInstanceRow)),
    new_messages: each(({ newMessages }) =>
      newMessages.map(({ messageId, instanceId, event }) => ({
        id: messageId,
        instance_id: instanceId,
        event,
      })),
    ),
  };
}

/** New tasks travel apart: as `json`, where the fields of a form keep their order. */
export function newTaskRows({ instanceId, newTasks }: Changes) {
  return newTasks.map((task) => ({
    id: task.taskId,
    instance_id: instanceId,
    step_execution_id: task.executionId,
    step_name: task.stepName,
    title: task.title,
    description: task.description,
    form_schema: task.formSchema,
    assignee_id: task.assigneeId,
    assignee_group: task.assigneeGroup,
    due_at: task.dueAt,
    reminder_at: task.reminderAt,
  }));
}

function taskRows({ tasks }: Changes) {
  return tasks.map((task) => ({
    id: task.taskId,
    status: task.status,
    assignee_id: task.assigneeId,
    completed_by: task.completedBy,
    completed_at: task.completedAt,
    output_data: task.data,
    comment: task.comment,
  }));
}

function newSignalRows({ instanceId, newSignals }: Changes) {
  return newSignals.map((signal) => ({
    id: signal.signalId,
    instance_id: instanceId,
    name: signal.name,
    payload: { v: signal.payload },
    deduplication_id: signal.deduplicationId,
    received_at: signal.receivedAt,
    taken: signal.taken,
  }));
}

function childInstanceRow(instance: NewInstance) {
  return {
    ...instanceColumns(instance),
    parent_instance_id: instance.origin?.instanceId ?? null,
    parent_execution_id: instance.origin?.executionId ?? null,
    parent_waits: instance.origin?.waits ?? false,
    depth: instance.origin?.depth ?? 0,
  };
}
