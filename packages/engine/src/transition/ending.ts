import type { StepError } from "../state/events.ts";
import type { Failure, Token, UndoableStep } from "../state/instance-state.ts";
import { IncompleteStateError, type Draft } from "./draft.ts";
import { releaseJoins } from "./join.ts";

/*
 * How instances end. Invariants:
 *
 * E1. An instance that is over has no live token.
 * E2. A live instance has one: when the last is gone, it is completed.
 * E3. With terminal steps listed, it is completed as soon as one has ended and no live token can
 *     still reach one; side branches that are left are canceled and say so.
 * E4. An instance that fails undoes what had succeeded, the latest first and one after the other,
 *     and is failed when that has been tried for everything.
 */

/** Ends the instance where nothing is left to do; otherwise says whether it runs or waits. */
export function settle(draft: Draft): void {
  if (draft.isOver) return;
  const live = draft.tokens.length + draft.hidden.live;
  if (draft.memory.compensation !== null) {
    if (live === 0) undoNext(draft);
  } else if (live === 0) {
    complete(draft);
  } else if (
    draft.terminalReached &&
    !draft.outerTokens.some((token) => leadsToEnd(draft, token))
  ) {
    draft.cancelAll("the workflow completed without this branch");
    complete(draft);
  }
  if (!draft.isOver && draft.status !== "paused") {
    draft.status = isIdle(draft) ? "waiting" : "running";
  }
}

/**
 * The instance fails: its tokens are canceled, and what had succeeded is undone.
 * @param stepName the step that failed; null where time is up for all of it
 * @param left the token that has ended with the failure; null where the failure stands at a join
 */
export function failInstance(
  draft: Draft,
  stepName: string | null,
  error: StepError,
  left: Token | null = null,
): void {
  draft.demandAllTokens();
  draft.remember({
    failure: failureOf(draft, stepName, left),
    compensation: { error: error.message },
  });
  draft.cancelAll(stepName === null ? error.message : `step '${stepName}' failed`);
  undoNext(draft);
}

/** Starts the joins that need not wait any longer; one that never could start fails the instance. */
export function goOnFromJoins(draft: Draft): void {
  const stuck = releaseJoins(draft);
  if (stuck === null) return;
  const { stepName, count, arrived } = stuck;
  failInstance(draft, stepName, {
    type: "TooFewArrivals",
    message: `Step '${stepName}' waits for ${count} branches, and no more than ${arrived} can come`,
    stack: null,
    cause: null,
  });
}

/** A step is undone: whoever retries has to say from where. */
export function noteUndone(draft: Draft, stepName: string): void {
  const { failure } = draft.memory;
  if (failure === null) return;
  draft.remember({ failure: { ...failure, undone: [...failure.undone, stepName] } });
}

/** Undoing a step has failed for good: the others are undone all the same, and the error says so. */
export function noteFailedCompensation(draft: Draft, stepName: string, error: StepError): void {
  const before = draft.memory.compensation?.error ?? "";
  const message = `${before}; compensation of step '${stepName}' failed: ${error.message}`;
  draft.remember({ compensation: { error: message } });
}

/** E4: the next step to undo, or the end. */
function undoNext(draft: Draft): void {
  const [next] = undoable(draft);
  if (next !== undefined) {
    if (draft.status !== "paused") draft.status = "running";
    draft.place({ stepName: next.stepName, arrivals: [], undoes: next.executionId });
    return;
  }
  draft.status = "failed";
  draft.error = draft.memory.compensation?.error ?? "";
  draft.remember({ compensation: null });
}

/** What succeeded and can be undone, the latest first: in this transition, then before it. */
function undoable(draft: Draft): readonly UndoableStep[] {
  if (!draft.graph.hasCompensations) return [];
  const before = draft.state.undoable;
  if (before === null) throw new IncompleteStateError();
  return [...draft.succeeded.toReversed(), ...before].filter(
    ({ stepName }) => draft.graph.step(stepName).compensates === true,
  );
}

function complete(draft: Draft): void {
  draft.status = "completed";
  draft.remember({ firedJoins: [] });
}

function isIdle(draft: Draft): boolean {
  if (draft.hidden.active > 0) return false;
  return draft.tokens.every((token) => token.status === "waiting" || token.status === "pending");
}

function leadsToEnd(draft: Draft, { stepName }: Token): boolean {
  const reachable = draft.graph.reachableSteps(stepName);
  return draft.graph.structure.terminalSteps.some((terminal) => reachable.has(terminal));
}

/** Where tokens stand, for a retry to take up again. The step that failed has ended already. */
function failureOf(draft: Draft, stepName: string | null, left: Token | null): Failure {
  const places = draft.outerTokens.map((token) => ({
    stepName: token.stepName,
    arrivals: token.arrivals,
    atJoin: token.status === "pending" && token.pendingFor === "join",
  }));
  const own =
    left === null ? [] : [{ stepName: left.stepName, arrivals: left.arrivals, atJoin: false }];
  return { stepName: stepName ?? "", places: [...own, ...places], undone: [] };
}
