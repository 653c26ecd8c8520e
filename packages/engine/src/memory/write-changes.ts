import { CallbackTokenInUseError } from "../wait-errors.ts";
import type { Changes, ExecutionChange, NewAttempt, NewExecution } from "../state/changes.ts";
import type { InstanceId } from "../ids.ts";
import { isLive } from "../status.ts";
import type { MemoryRows } from "./memory-rows.ts";
import type { ExecutionRow, InstanceRow } from "./rows.ts";
import type { NewInstance } from "../transition/start.ts";
import { NOTHING_REMEMBERED } from "../state/instance-state.ts";

/** Writes one transition into the rows; the caller has read them in the same turn. */
export function writeChanges(rows: MemoryRows, changes: Changes, now: Date): void {
  const { instanceId } = changes;
  for (const { tokenHash } of changes.newCallbacks) {
    for (const other of rows.callbacks.values()) {
      if (other.open && other.tokenHash === tokenHash) throw new CallbackTokenInUseError();
    }
  }
  writeInstance(rows, changes);
  for (const attempt of changes.newAttempts) {
    const { startedAt } = rows.execution(attempt.executionId);
    rows.attempts.push({ ...attempt, startedAt });
  }
  for (const change of changes.executions) {
    const row = rows.execution(change.executionId);
    const failed = changes.newAttempts.find(({ executionId }) => executionId === row.id);
    rows.putExecution(changedExecution(row, change, failed, now));
  }
  for (const execution of changes.newExecutions) {
    rows.putExecution(executionRow(instanceId, execution, now));
  }
  writeTasks(rows, changes, now);
  for (const timer of changes.newTimers) rows.putTimer({ ...timer, instanceId });
  for (const callback of changes.newCallbacks) {
    rows.callbacks.set(callback.executionId, { ...callback, instanceId, open: true });
  }
  for (const signal of changes.newSignals)
    rows.signals.set(signal.signalId, { ...signal, instanceId });
  for (const signalId of changes.takenSignals) {
    const signal = rows.signals.get(signalId);
    if (signal !== undefined) rows.signals.set(signalId, { ...signal, taken: true });
  }
  for (const child of changes.newInstances) writeNewInstance(rows, child, now);
  for (const message of changes.newMessages) {
    rows.messages.set(message.messageId, { ...message, writtenAt: now });
  }
  closeWaits(rows, changes);
}

/** Writes an instance with its first step. */
export function writeNewInstance(rows: MemoryRows, instance: NewInstance, now: Date): void {
  rows.putInstance(instanceRow(instance));
  rows.putExecution(executionRow(instance.instanceId, instance.firstExecution, now));
}

function instanceRow(instance: NewInstance): InstanceRow {
  return {
    id: instance.instanceId,
    request: instance,
    workflowName: instance.workflowName,
    workflowVersion: instance.workflowVersion,
    startedAt: instance.startedAt,
    status: "running",
    version: 1,
    sequence: 0,
    liveTokens: 1,
    activeTokens: 1,
    currentStep: instance.firstExecution.stepName,
    terminalReached: false,
    memory: NOTHING_REMEMBERED,
    context: instance.input,
    output: null,
    error: null,
    completedAt: null,
    deadlineAt: instance.deadlineAt,
    origin: instance.origin,
  };
}

function writeInstance(rows: MemoryRows, { instanceId, instance }: Changes): void {
  if (instance === null) return;
  const row = rows.instance(instanceId);
  const { output, contextChanges, deadlineAt, revived: _, ...changed } = instance;
  rows.putInstance({
    ...row,
    ...changed,
    version: row.version + 1,
    context: { ...row.context, ...contextChanges },
    output: output === undefined ? row.output : output,
    deadlineAt: deadlineAt ?? row.deadlineAt,
  });
}

function writeTasks(rows: MemoryRows, { instanceId, newTasks, tasks }: Changes, now: Date): void {
  for (const task of newTasks) {
    rows.tasks.set(task.taskId, {
      ...task,
      instanceId,
      status: "pending",
      completedBy: null,
      completedAt: null,
      data: null,
      comment: null,
      createdAt: now,
    });
  }
  for (const { taskId, assigneeId, ...change } of tasks) {
    const task = rows.tasks.get(taskId);
    if (task === undefined) continue;
    rows.tasks.set(taskId, { ...task, ...change, assigneeId: assigneeId ?? task.assigneeId });
  }
}

function closeWaits(rows: MemoryRows, { closedWaits }: Changes): void {
  for (const executionId of closedWaits) {
    rows.removeTimerOf(executionId);
    const callback = rows.callbacks.get(executionId);
    if (callback !== undefined) rows.callbacks.set(executionId, { ...callback, open: false });
  }
}

function executionRow(instanceId: InstanceId, execution: NewExecution, now: Date): ExecutionRow {
  const { executionId, createdAt, end, ...rest } = execution;
  const startedAt = execution.status === "running" ? laterOf(now, createdAt) : null;
  return {
    ...rest,
    status: end?.status ?? execution.status,
    id: executionId,
    instanceId,
    failedTries: 0,
    lostAttempts: 0,
    heartbeatDetails: null,
    sequence: end?.sequence ?? null,
    resumption: null,
    result: end?.result ?? null,
    error: null,
    contextChanges: end?.contextChanges ?? null,
    assignedTo: null,
    completedBy: null,
    dispatchedAt: execution.status === "scheduled" ? now : null,
    startedAt: end === null ? startedAt : createdAt,
    completedAt: end?.endedAt ?? null,
  };
}

/** What is claimed ahead of its time starts when it is made, which is then. */
function laterOf(one: Date, other: Date): Date {
  return one > other ? one : other;
}

/** @param failed the try that has failed, where the next one begins anew */
function changedExecution(
  row: ExecutionRow,
  change: ExecutionChange,
  failed: NewAttempt | undefined,
  now: Date,
): ExecutionRow {
  const scheduled = change.status === "scheduled";
  const hasEnded = change.endedAt !== null;
  const claimedAt = change.workerId === null ? null : now;
  return {
    ...row,
    status: change.status,
    attempt: change.attempt,
    failedTries: row.failedTries + (failed === undefined ? 0 : 1),
    // Its code has come to something: whatever comes next is a new row of losses.
    lostAttempts: change.from.status === "running" && !hasEnded ? 0 : row.lostAttempts,
    heartbeatDetails: failed === undefined ? row.heartbeatDetails : failed.heartbeatDetails,
    workerId: scheduled ? null : (change.workerId ?? row.workerId),
    contextSequence: change.contextSequence ?? row.contextSequence,
    sequence: change.sequence,
    arrivals: change.arrivals ?? row.arrivals,
    wait: change.wait,
    pendingFor: change.pendingFor,
    resumption: failed?.waitsAnew === true ? null : (change.resumption ?? row.resumption),
    result: isLive(change.status) ? row.result : change.result,
    error: change.error,
    contextChanges: change.contextChanges,
    assignedTo: change.assignedTo ?? row.assignedTo,
    completedBy: change.completedBy ?? row.completedBy,
    dispatchedAt: scheduled ? now : row.dispatchedAt,
    startedAt: failed === undefined ? (row.startedAt ?? claimedAt) : null,
    completedAt: change.endedAt,
  };
}
