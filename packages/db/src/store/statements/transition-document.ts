import { NOTHING_REMEMBERED, type Changes, type NewInstance } from "@drover/engine";
import { instanceColumns } from "./instance-columns.ts";

/** One transition on its way into the tables. */
export interface Transition {
  /** Tells this transition from any other, also when it is sent twice. */
  readonly id: string;
  readonly changes: Changes;
}

/** The rows of some transitions, each with the number of its transition. */
export function rowsOf<T>(
  transitions: readonly Transition[],
  rows: (changes: Changes) => readonly T[],
): (T & { n: number })[] {
  return transitions.flatMap(({ changes }, n) => rows(changes).map((row) => ({ ...row, n })));
}

/** A row without its nulls: what is not said is null, and most of most rows is. */
export function said<Row extends object>(row: Row): Partial<Row> {
  const kept: Partial<Row> = {};
  for (const key in row) if (row[key] !== null) kept[key] = row[key];
  return kept;
}

/** All rows of all transitions but the new tasks, as `COMMIT_TRANSITIONS` reads them. */
export function transitionDocument(transitions: readonly Transition[]) {
  const each = <T>(rows: (changes: Changes) => readonly T[]) => rowsOf(transitions, rows);
  return {
    transitions: transitions.map(({ id, changes }, n) => ({
      n,
      id,
      guards: changes.executions.length + 1,
    })),
    instances: each(instanceRows),
    read_instances: each(({ instanceId, instance, fromVersion }) =>
      instance === null ? [{ id: instanceId, version: fromVersion }] : [],
    ),
    executions: each(executionRows),
    new_executions: each(newExecutionRows),
    new_attempts: each(({ newAttempts }) =>
      newAttempts.map(({ executionId, attempt, endedAt, error }) => ({
        id: executionId,
        attempt,
        ended_at: endedAt,
        error,
      })),
    ),
    tasks: each(taskRows),
    new_timers: each(newTimerRows),
    new_callbacks: each(newCallbackRows),
    closed_waits: each(({ closedWaits }) => closedWaits.map((id) => ({ id }))),
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

const OF_STEPS: ReadonlySet<string> = new Set([
  "transitions",
  "instances",
  "read_instances",
  "executions",
  "new_executions",
] satisfies (keyof ReturnType<typeof transitionDocument>)[]);

/** Whether nothing is in it but instances and their steps. */
export function hasStepsAlone(document: ReturnType<typeof transitionDocument>): boolean {
  return Object.entries(document).every(([key, rows]) => OF_STEPS.has(key) || rows.length === 0);
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

function instanceRows({ instanceId, instance, fromVersion }: Changes) {
  if (instance === null) return [];
  return [
    {
      id: instanceId,
      from_version: fromVersion,
      status: instance.status,
      current_step: instance.currentStep,
      live_tokens: instance.liveTokens,
      active_tokens: instance.activeTokens,
      sequence: instance.sequence,
      terminal_reached: instance.terminalReached,
      flow_memory: instance.memory === NOTHING_REMEMBERED ? null : instance.memory,
      context_changes: instance.contextChanges,
      output: instance.output === undefined ? null : { v: instance.output },
      error: instance.error,
      completed_at: instance.completedAt,
    },
  ];
}

function executionRows({ executions, newAttempts }: Changes) {
  const failed = new Map(newAttempts.map((attempt) => [attempt.executionId, attempt]));
  return executions.map((execution) =>
    said({
      id: execution.executionId,
      from_status: execution.from.status,
      from_attempt: execution.from.attempt,
      status: execution.status,
      attempt: execution.attempt,
      failed: failed.has(execution.executionId),
      waits_anew: failed.get(execution.executionId)?.waitsAnew ?? false,
      heartbeat_details: { v: failed.get(execution.executionId)?.heartbeatDetails ?? null },
      sequence: execution.sequence,
      output_data: execution.result === null ? null : { v: execution.result },
      error: execution.error?.message ?? null,
      error_details: execution.error,
      context_changes: execution.contextChanges,
      wait: execution.wait,
      pending_for: execution.pendingFor,
      arrivals: execution.arrivals,
      input_data: execution.resumption,
      assigned_to: execution.assignedTo,
      completed_by: execution.completedBy,
      completed_at: execution.endedAt,
    }),
  );
}

function newExecutionRows(changes: Changes) {
  const own = changes.newExecutions.map((execution) => ({
    instanceId: changes.instanceId,
    execution,
  }));
  const started = changes.newInstances.map(({ instanceId, firstExecution }) => ({
    instanceId,
    execution: firstExecution,
  }));
  return [...own, ...started].map(({ instanceId, execution }) =>
    said({
      id: execution.executionId,
      instance_id: instanceId,
      step_name: execution.stepName,
      step_type: execution.stepType,
      status: execution.status,
      attempt: execution.attempt,
      wait: execution.wait,
      pending_for: execution.pendingFor,
      group_id: execution.membership?.groupId ?? null,
      member_index: execution.membership?.index ?? null,
      item_id: execution.membership?.itemId ?? null,
      item_data: execution.item === undefined ? null : { v: execution.item },
      undoes: execution.undoes,
      worker_id: execution.workerId,
      context_sequence: execution.contextSequence,
      arrivals: execution.arrivals,
      created_at: execution.createdAt,
    }),
  );
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

function newTimerRows({ instanceId, newTimers }: Changes) {
  return newTimers.map(({ timerId, executionId, fireAt }) => ({
    id: timerId,
    instance_id: instanceId,
    step_execution_id: executionId,
    fire_at: fireAt,
  }));
}

function newCallbackRows({ instanceId, newCallbacks }: Changes) {
  return newCallbacks.map(({ executionId, tokenHash, callbackKey }) => ({
    step_execution_id: executionId,
    instance_id: instanceId,
    token_hash: tokenHash,
    callback_key: callbackKey,
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
