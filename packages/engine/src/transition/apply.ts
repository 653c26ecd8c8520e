import type { FlowGraph } from "../graph/flow-graph.ts";
import { InvariantError, WorkflowsError } from "../errors.ts";
import { isTerminal } from "../status.ts";
import type { Changes, Command, InstanceChange } from "../state/changes.ts";
import type { WorkflowEvent } from "../state/events.ts";
import type { InlineStep } from "../store.ts";
import type { InstanceState, Token } from "../state/instance-state.ts";
import { Draft, IncompleteStateError } from "./draft.ts";
import type { Environment } from "./environment.ts";
import { applyOutsideEvent } from "./outside-events.ts";
import { applySteering } from "./steering.ts";
import { applyStepEvent } from "./step-events.ts";

/*
 * The state machine of an instance. Invariants:
 *
 * A1. Pure: the same state, events and environment give the same result; nothing is changed in
 *     place.
 * A2. A step event of an attempt that no longer runs is stale and changes nothing.
 * A3. An instance that is over never changes again; a failed one can be retried.
 * A4. A live instance has a live token that is scheduled, running or waiting, or it is paused.
 * A5. The instance's row is left alone only while a single token moves on inline; every other
 *     transition touches it. Both are guarded by its version.
 * A6. Several events in one transition come to what they come to one after the other.
 */

/** What follows from some events. */
export type Applied =
  | {
      readonly kind: "applied";
      /** What became of each event, in their order. */
      readonly outcomes: readonly EventOutcome[];
      /** The state after the commit. */
      readonly state: InstanceState;
      /** Null where no event has changed anything. */
      readonly changes: Changes | null;
      readonly commands: readonly Command[];
    }
  /** The state leaves out what the decision needs: it is to be read whole. */
  | { readonly kind: "incomplete" };

export type EventOutcome =
  | {
      readonly kind: "applied";
      /** The step that the event has claimed for the worker that brought it. */
      readonly inline: InlineStep | null;
    }
  /** The event came too late to matter. */
  | { readonly kind: "stale" }
  /** Who sent the event has to be told why it cannot be. */
  | { readonly kind: "refused"; readonly error: WorkflowsError };

/** Decides what follows from events, in their order. */
export function apply(
  graph: FlowGraph,
  state: InstanceState,
  events: readonly WorkflowEvent[],
  environment: Environment,
): Applied {
  const draft = new Draft(graph, state, environment);
  try {
    const outcomes = events.map((event) => applyEvent(draft, event));
    if (!outcomes.some((outcome) => outcome.kind === "applied")) {
      return { kind: "applied", outcomes, state, changes: null, commands: [] };
    }
    return {
      kind: "applied",
      outcomes: outcomes.map((one) => stillInline(draft, one)),
      ...result(draft),
    };
  } catch (error) {
    if (error instanceof IncompleteStateError) return { kind: "incomplete" };
    throw error;
  }
}

function applyEvent(draft: Draft, event: WorkflowEvent): EventOutcome {
  draft.nextEvent();
  try {
    if (!happens(draft, event)) return { kind: "stale" };
    return { kind: "applied", inline: inlineOf(draft) };
  } catch (error) {
    // Refusals come before anything is changed.
    const refused = error instanceof WorkflowsError && !(error instanceof InvariantError);
    if (refused) return { kind: "refused", error };
    throw error;
  }
}

function happens(draft: Draft, event: WorkflowEvent): boolean {
  switch (event.type) {
    case "step.succeeded":
    case "step.skipped":
    case "step.failed":
    case "step.retrying":
    case "step.waiting": {
      const token = draft.running(event.executionId, event.attempt);
      if (token === undefined) return false;
      applyStepEvent(draft, token, event);
      return true;
    }
    case "task.completed":
    case "task.reassigned":
    case "timer.fired":
    case "timer.taken":
    case "callback.received":
    case "signal.received":
    case "child.ended":
    case "deadline.passed":
      return applyOutsideEvent(draft, event);
    case "instance.canceled":
    case "instance.paused":
    case "instance.resumed":
    case "instance.retried":
    case "step.skip-requested":
    case "step.scheduled":
      applySteering(draft, event);
      return true;
  }
}

/** What one event has claimed, another one of the same transition may have canceled. */
function stillInline(draft: Draft, outcome: EventOutcome): EventOutcome {
  if (outcome.kind !== "applied" || outcome.inline === null) return outcome;
  const isThere = draft.token(outcome.inline.executionId)?.status === "running";
  return isThere ? outcome : { ...outcome, inline: null };
}

function inlineOf(draft: Draft): InlineStep | null {
  const claimed = draft.placed.find((token) => token.status === "running");
  if (claimed === undefined) return null;
  const { executionId, stepName, attempt, arrivals } = claimed;
  return { executionId, stepName, attempt, arrivals };
}

function result(draft: Draft) {
  const { state, rows } = draft;
  const contextChanges = { ...state.unfolded, ...draft.contextChanges };
  const inline = movesInline(draft);
  if (!inline && isTerminal(draft.status) && !isTerminal(state.status)) tellParent(draft);
  const changes: Changes = {
    instanceId: state.id,
    fromVersion: state.version,
    instance: inline ? null : instanceChange(draft, contextChanges),
    executions: draft.executions,
    newExecutions: draft.newExecutions,
    newAttempts: draft.newAttempts,
    newTasks: rows.newTasks,
    tasks: rows.tasks,
    newTimers: rows.newTimers,
    newCallbacks: rows.newCallbacks,
    newSignals: rows.newSignals,
    takenSignals: rows.takenSignals,
    newInstances: rows.newInstances,
    newMessages: draft.newMessages,
    closedWaits: rows.closedWaits,
  };
  return {
    state: stateAfter(draft, inline, contextChanges),
    changes,
    commands: commandsOf(changes),
  };
}

function stateAfter(
  draft: Draft,
  inline: boolean,
  contextChanges: InstanceState["unfolded"],
): InstanceState {
  const { state } = draft;
  return {
    ...state,
    status: draft.status,
    version: inline ? state.version : state.version + 1,
    sequence: draft.sequence,
    terminalReached: draft.terminalReached,
    unfolded: inline ? contextChanges : {},
    tokens: draft.tokens,
    memory: draft.memory,
    // What has happened to these is known when they are read again.
    signals:
      draft.rows.newSignals.length + draft.rows.takenSignals.length > 0 ? null : state.signals,
    undoable: null,
  };
}

/** A5: one running token before, one running token after, carried on by the same worker. */
function movesInline(draft: Draft): boolean {
  const { state } = draft;
  const [only, ...others] = draft.tokens;
  return (
    state.tokens.length + state.hidden.live === 1 &&
    only?.status === "running" &&
    others.length === 0 &&
    draft.isNew(only) &&
    draft.memory === state.memory &&
    draft.status === state.status &&
    draft.output === undefined
  );
}

function instanceChange(
  draft: Draft,
  contextChanges: InstanceChange["contextChanges"],
): InstanceChange {
  const { tokens, hidden } = draft;
  const foremost = foremostOf(draft.outerTokens);
  return {
    status: draft.status,
    currentStep: foremost?.stepName ?? null,
    liveTokens: tokens.length + hidden.live,
    activeTokens: tokens.filter(isActive).length + hidden.active,
    sequence: draft.sequence,
    terminalReached: draft.terminalReached,
    memory: draft.memory,
    contextChanges,
    output: draft.output,
    // Why it fails is known before all is undone.
    error: draft.error ?? draft.memory.compensation?.error ?? null,
    completedAt: draft.isOver ? draft.environment.now : null,
    revived: draft.revived,
    deadlineAt: draft.revived ? deadlineFromNow(draft) : null,
  };
}

function deadlineFromNow({ graph, environment }: Draft): Date | null {
  const { deadline } = graph.structure;
  return deadline === undefined ? null : new Date(environment.now.getTime() + deadline);
}

/** Who looks at an instance wants to know where it is at work or waits, not where it may go later. */
function foremostOf(tokens: readonly Token[]): Token | undefined {
  return tokens.find((token) => token.status !== "pending") ?? tokens[0];
}

function isActive(token: Token): boolean {
  return token.status === "scheduled" || token.status === "running";
}

/** Whoever has started this instance waits for its end, or no longer; that is decided there. */
function tellParent(draft: Draft): void {
  const { parent, id } = draft.state;
  const { status } = draft;
  if (parent === null || !isTerminal(status)) return;
  draft.tell(parent.instanceId, {
    type: "child.ended",
    executionId: parent.executionId,
    instanceId: id,
    status,
    error: draft.error,
  });
}

function commandsOf(changes: Changes): Command[] {
  const commands: Command[] = [];
  const started = changes.newInstances.map((instance) => instance.firstExecution);
  for (const executions of [changes.newExecutions, changes.executions, started]) {
    for (const { status, executionId, attempt } of executions) {
      if (status === "scheduled") commands.push({ type: "enqueue", executionId, attempt });
    }
  }
  const { instanceId } = changes;
  for (const { timerId, fireAt } of changes.newTimers) {
    commands.push({ type: "set-timer", instanceId, timerId, fireAt });
  }
  for (const { from, status, executionId, attempt } of changes.executions) {
    // Canceled, or taken from its worker: either way nobody waits for what the code comes to.
    const isUnwanted = status === "canceled" || attempt > from.attempt;
    if (from.status === "running" && isUnwanted) {
      commands.push({ type: "abort", executionId, attempt: from.attempt });
    }
  }
  for (const message of changes.newMessages) commands.push({ type: "deliver", ...message });
  return commands;
}
