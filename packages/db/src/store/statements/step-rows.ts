import { NOTHING_REMEMBERED, type Changes, type InstanceChange } from "@drover/engine";
import { outcomeColumns, wrapped } from "./outcome-columns.ts";
import { rowColumns } from "./row-columns.ts";
import { rowsOf, type Transition } from "./transition.ts";

/*
 * What transitions change in instances and steps, as every commit writes it. `n` is everywhere the
 * number of the transition.
 */

/** Transitions, and how many rows each starts from. */
export const TRANSITIONS = rowColumns(1, { n: "int", id: "uuid", guards: "int" });

/** Instances that are changed. */
export const INSTANCES = rowColumns(TRANSITIONS.next, {
  n: "int",
  id: "uuid",
  from_version: "int",
  status: "text",
  current_step: "text",
  live_tokens: "int",
  active_tokens: "int",
  sequence: "int",
  terminal_reached: "boolean",
  flow_memory: "jsonb",
  context_changes: "jsonb",
  output: "jsonb",
  error: "text",
  completed_at: "timestamptz",
  deadline_at: "timestamptz",
});

/** Instances that have to be at a version and stay as they are. */
export const READ_INSTANCES = rowColumns(INSTANCES.next, { n: "int", id: "uuid", version: "int" });

/** Executions that are changed. */
export const EXECUTIONS = rowColumns(READ_INSTANCES.next, {
  n: "int",
  id: "uuid",
  from_status: "text",
  from_attempt: "int",
  status: "text",
  attempt: "int",
  failed: "boolean",
  waits_anew: "boolean",
  heartbeat_details: "jsonb",
  sequence: "int",
  output_data: "jsonb",
  error: "text",
  error_details: "jsonb",
  context_changes: "jsonb",
  wait: "jsonb",
  pending_for: "text",
  arrivals: "jsonb",
  input_data: "jsonb",
  assigned_to: "text",
  completed_by: "text",
  worker_id: "uuid",
  context_sequence: "int",
  completed_at: "timestamptz",
});

/** Executions that are made, also the first ones of other instances. */
export const NEW_EXECUTIONS = rowColumns(EXECUTIONS.next, {
  n: "int",
  id: "uuid",
  instance_id: "uuid",
  step_name: "text",
  step_type: "text",
  status: "text",
  attempt: "int",
  wait: "jsonb",
  pending_for: "text",
  group_id: "uuid",
  member_index: "int",
  item_id: "uuid",
  item_data: "jsonb",
  undoes: "uuid",
  worker_id: "uuid",
  context_sequence: "int",
  arrivals: "jsonb",
  created_at: "timestamptz",
  sequence: "int",
  output_data: "jsonb",
  context_changes: "jsonb",
  completed_at: "timestamptz",
});

/** All of it as parameters, in the order of the above. */
export function stepParameters(transitions: readonly Transition[]): string[] {
  return [
    ...TRANSITIONS.parameters(transitions.map(transitionRow)),
    ...INSTANCES.parameters(rowsOf(transitions, instanceRows)),
    ...READ_INSTANCES.parameters(rowsOf(transitions, readInstanceRows)),
    ...EXECUTIONS.parameters(rowsOf(transitions, executionRows)),
    ...NEW_EXECUTIONS.parameters(rowsOf(transitions, newExecutionRows)),
  ];
}

function transitionRow({ id, changes }: Transition, n: number) {
  return { n, id, guards: changes.executions.length + 1 };
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
      context_changes: instance.contextChanges,
      ...flowColumns(instance),
      error: instance.error,
      completed_at: instance.completedAt,
      deadline_at: instance.deadlineAt,
    },
  ];
}

/** How far the flow of an instance has come, as its columns. */
export function flowColumns({ terminalReached, memory, output }: InstanceChange) {
  return {
    terminal_reached: terminalReached,
    flow_memory: memory === NOTHING_REMEMBERED ? null : memory,
    output: output === undefined ? null : { v: output },
  };
}

function readInstanceRows({ instanceId, instance, fromVersion }: Changes) {
  return instance === null ? [{ id: instanceId, version: fromVersion }] : [];
}

function executionRows({ executions, newAttempts }: Changes) {
  const failed = new Map(newAttempts.map((attempt) => [attempt.executionId, attempt]));
  return executions.map((execution) => {
    const attempt = failed.get(execution.executionId);
    return {
      id: execution.executionId,
      from_status: execution.from.status,
      from_attempt: execution.from.attempt,
      attempt: execution.attempt,
      ...outcomeColumns(execution),
      failed: attempt !== undefined,
      waits_anew: attempt?.waitsAnew ?? false,
      heartbeat_details: attempt === undefined ? null : { v: attempt.heartbeatDetails },
      wait: execution.wait,
      pending_for: execution.pendingFor,
      arrivals: execution.arrivals,
      input_data: execution.resumption,
      assigned_to: execution.assignedTo,
      completed_by: execution.completedBy,
      worker_id: execution.workerId,
      context_sequence: execution.contextSequence,
    };
  });
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
  return [...own, ...started].map(({ instanceId, execution }) => ({
    id: execution.executionId,
    instance_id: instanceId,
    step_name: execution.stepName,
    step_type: execution.stepType,
    status: execution.end?.status ?? execution.status,
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
    sequence: execution.end?.sequence ?? null,
    output_data: wrapped(execution.end?.result ?? null),
    context_changes: execution.end?.contextChanges ?? null,
    completed_at: execution.end?.endedAt ?? null,
  }));
}
