import { CallbackTokenInUseError, InvariantError } from "../errors.ts";
import type { Changes, ExecutionChange, NewExecution } from "../state/changes.ts";
import type { InstanceId } from "../ids.ts";
import { isLive } from "../status.ts";
import type { ExecutionRow, MemoryRows } from "./memory-rows.ts";

/** Writes one transition into the rows; the caller has read them in the same turn. */
export function writeChanges(rows: MemoryRows, changes: Changes, now: Date): void {
  const { instanceId } = changes;
  for (const { tokenHash } of changes.newCallbacks) {
    for (const other of rows.callbacks.values()) {
      if (other.open && other.tokenHash === tokenHash) throw new CallbackTokenInUseError();
    }
  }
  writeInstance(rows, changes);
  for (const change of changes.executions) {
    const row = rows.executions.get(change.executionId);
    if (row === undefined) throw new InvariantError(`execution ${change.executionId} is gone`);
    rows.executions.set(row.id, changedExecution(row, change, now));
  }
  for (const execution of changes.newExecutions) {
    rows.executions.set(execution.executionId, executionRow(instanceId, execution, now));
  }
  for (const task of changes.newTasks) {
    rows.tasks.set(task.taskId, { ...task, instanceId, status: "pending", completedBy: null });
  }
  for (const { taskId, status, completedBy, assigneeId } of changes.tasks) {
    const task = rows.tasks.get(taskId);
    if (task !== undefined) {
      const assignee = assigneeId ?? task.assigneeId;
      rows.tasks.set(taskId, { ...task, status, completedBy, assigneeId: assignee });
    }
  }
  for (const timer of changes.newTimers) rows.timers.set(timer.timerId, { ...timer, instanceId });
  for (const callback of changes.newCallbacks) {
    rows.callbacks.set(callback.executionId, { ...callback, instanceId, open: true });
  }
  closeWaits(rows, changes);
}

function writeInstance(rows: MemoryRows, { instanceId, instance }: Changes): void {
  if (instance === null) return;
  const row = rows.instance(instanceId);
  rows.instances.set(instanceId, {
    ...row,
    status: instance.status,
    version: row.version + 1,
    sequence: instance.sequence,
    liveTokens: instance.liveTokens,
    currentStep: instance.currentStep,
    terminalReached: instance.terminalReached,
    context: { ...row.context, ...instance.contextChanges },
    error: instance.error,
    completedAt: instance.completedAt,
  });
}

function closeWaits(rows: MemoryRows, { closedWaits }: Changes): void {
  for (const executionId of closedWaits) {
    for (const timer of rows.timers.values()) {
      if (timer.executionId === executionId) rows.timers.delete(timer.timerId);
    }
    const callback = rows.callbacks.get(executionId);
    if (callback !== undefined) rows.callbacks.set(executionId, { ...callback, open: false });
  }
}

/** A new execution as its row. */
export function executionRow(
  instanceId: InstanceId,
  execution: NewExecution,
  now: Date,
): ExecutionRow {
  return {
    id: execution.executionId,
    instanceId,
    stepName: execution.stepName,
    status: execution.status,
    attempt: execution.attempt,
    workerId: execution.workerId,
    sequence: null,
    contextSequence: execution.contextSequence,
    arrivals: execution.arrivals,
    resumption: null,
    result: null,
    error: null,
    contextChanges: null,
    assignedTo: null,
    completedBy: null,
    dispatchedAt: execution.status === "scheduled" ? now : null,
    startedAt: execution.status === "running" ? now : null,
    completedAt: null,
  };
}

function changedExecution(row: ExecutionRow, change: ExecutionChange, now: Date): ExecutionRow {
  const scheduled = change.status === "scheduled";
  return {
    ...row,
    status: change.status,
    attempt: change.attempt,
    workerId: scheduled ? null : row.workerId,
    sequence: change.sequence,
    arrivals: change.arrivals ?? row.arrivals,
    resumption: change.resumption ?? row.resumption,
    result: isLive(change.status) ? row.result : change.result,
    error: change.error?.message ?? null,
    contextChanges: change.contextChanges,
    assignedTo: change.assignedTo ?? row.assignedTo,
    completedBy: change.completedBy ?? row.completedBy,
    dispatchedAt: scheduled ? now : row.dispatchedAt,
    completedAt: change.endedAt,
  };
}
