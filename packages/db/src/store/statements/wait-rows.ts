import type { Changes } from "@drover/engine";
import { rowColumns } from "./row-columns.ts";
import { NEW_EXECUTIONS } from "./step-rows.ts";
import { rowsOf, type Transition } from "./transition.ts";

/* The waits that begin and end with transitions. `n` is everywhere the number of the transition. */

/** Timers that are set. */
export const NEW_TIMERS = rowColumns(NEW_EXECUTIONS.next, {
  n: "int",
  id: "uuid",
  instance_id: "uuid",
  step_execution_id: "uuid",
  fire_at: "timestamptz",
});

/** Callbacks that are waited for. */
export const NEW_CALLBACKS = rowColumns(NEW_TIMERS.next, {
  n: "int",
  step_execution_id: "uuid",
  instance_id: "uuid",
  token_hash: "text",
  callback_key: "text",
});

/** Executions that wait no longer, for whatever it was. */
export const CLOSED_WAITS = rowColumns(NEW_CALLBACKS.next, { n: "int", id: "uuid" });

/** All of it as parameters, in the order of the above. */
export function waitParameters(transitions: readonly Transition[]): string[] {
  return [
    ...NEW_TIMERS.parameters(rowsOf(transitions, newTimerRows)),
    ...NEW_CALLBACKS.parameters(rowsOf(transitions, newCallbackRows)),
    ...CLOSED_WAITS.parameters(rowsOf(transitions, closedWaitRows)),
  ];
}

/** Whether a wait begins or ends with one of them. */
export function hasWaits(transitions: readonly Transition[]): boolean {
  return transitions.some(({ changes: { newTimers, newCallbacks, closedWaits } }) =>
    [newTimers, newCallbacks, closedWaits].some((rows) => rows.length > 0),
  );
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

function closedWaitRows({ closedWaits }: Changes) {
  return closedWaits.map((id) => ({ id }));
}
