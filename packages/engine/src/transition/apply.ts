import type { FlowGraph } from "../graph/flow-graph.ts";
import { isTerminal } from "../status.ts";
import type { Changes, Command, InstanceChange } from "../state/changes.ts";
import type { WorkflowEvent } from "../state/events.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { Draft, type Environment } from "./draft.ts";
import { applyOutsideEvent } from "./outside-events.ts";
import { applyStepEvent } from "./step-events.ts";

/*
 * The state machine of an instance. Invariants:
 *
 * A1. Pure: the same state, event and environment give the same result; nothing is changed in place.
 * A2. A step event of an attempt that no longer runs is stale and changes nothing.
 * A3. An instance that is over never changes again.
 * A4. A live instance has a live token that is scheduled, running or waiting.
 * A5. The instance's row is left alone only while a single token moves on inline; every other
 *     transition touches it and is guarded by its version.
 */

/** What follows from an event, or word that the event came too late. */
export type Applied =
  | {
      readonly kind: "applied";
      /** The state after the commit. */
      readonly state: InstanceState;
      readonly changes: Changes;
      readonly commands: readonly Command[];
    }
  | { readonly kind: "stale" };

/**
 * Decides what follows from one event.
 * @throws the documents' errors for outside events that cannot be (a task that is completed
 *   already, a person who may not, an instance that is over)
 */
export function apply(
  graph: FlowGraph,
  state: InstanceState,
  event: WorkflowEvent,
  environment: Environment,
): Applied {
  const draft = new Draft(graph, state, environment);
  switch (event.type) {
    case "step.succeeded":
    case "step.skipped":
    case "step.failed":
    case "step.waiting": {
      const token = draft.running(event.executionId, event.attempt);
      if (token === undefined) return { kind: "stale" };
      applyStepEvent(draft, token, event);
      break;
    }
    case "task.completed":
    case "task.reassigned":
    case "timer.fired":
    case "callback.received":
    case "instance.canceled":
      if (!applyOutsideEvent(draft, event)) return { kind: "stale" };
      break;
  }
  return result(draft);
}

function result(draft: Draft): Applied {
  const { state, tokens } = draft;
  const contextChanges = { ...state.unfolded, ...draft.contextChanges };
  const inline = movesInline(draft);
  const changes: Changes = {
    instanceId: state.id,
    instance: inline ? null : instanceChange(draft, contextChanges),
    executions: draft.executions,
    newExecutions: draft.newExecutions,
    newTasks: draft.newTasks,
    tasks: draft.tasks,
    newTimers: draft.newTimers,
    newCallbacks: draft.newCallbacks,
    closedWaits: draft.closedWaits,
  };
  const after: InstanceState = {
    id: state.id,
    definitionId: state.definitionId,
    status: draft.status,
    version: inline ? state.version : state.version + 1,
    sequence: draft.sequence,
    terminalReached: draft.terminalReached,
    unfolded: inline ? contextChanges : {},
    tokens,
  };
  return { kind: "applied", state: after, changes, commands: commandsOf(draft, changes) };
}

/** A5: one running token before, one running token after, carried on by the same worker. */
function movesInline(draft: Draft): boolean {
  const [next, ...others] = draft.placed;
  return (
    draft.state.tokens.length === 1 &&
    draft.tokens.length === 1 &&
    next?.status === "running" &&
    others.length === 0 &&
    draft.status === draft.state.status
  );
}

function instanceChange(draft: Draft, contextChanges: InstanceChange["contextChanges"]) {
  const over = isTerminal(draft.status);
  const { tokens } = draft;
  const foremost = tokens.find((token) => token.status !== "pending") ?? tokens[0];
  return {
    fromVersion: draft.state.version,
    status: draft.status,
    currentStep: foremost?.stepName ?? null,
    liveTokens: tokens.length,
    sequence: draft.sequence,
    terminalReached: draft.terminalReached,
    contextChanges,
    error: draft.error,
    completedAt: over ? draft.environment.now : null,
  };
}

function commandsOf(draft: Draft, changes: Changes): Command[] {
  const scheduled = [...changes.newExecutions, ...changes.executions]
    .filter((execution) => execution.status === "scheduled")
    .map(({ executionId, attempt }): Command => ({ type: "enqueue", executionId, attempt }));
  const timers = changes.newTimers.map(({ timerId, fireAt }): Command => ({
    type: "set-timer",
    timerId,
    fireAt,
  }));
  const aborted = draft.ended
    .filter((change) => change.status === "canceled" && change.from.status === "running")
    .map(({ executionId, attempt }): Command => ({ type: "abort", executionId, attempt }));
  return [...scheduled, ...timers, ...aborted];
}
