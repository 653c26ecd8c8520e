import type { StepError } from "../state/events.ts";
import type { Draft } from "./draft.ts";

/*
 * How instances end. Invariants:
 *
 * E1. An instance that is over has no live token.
 * E2. A live instance has one: when the last is gone, it is completed.
 * E3. With terminal steps listed, it is completed as soon as one has ended and no live token can
 *     still reach one; side branches that are left are canceled and say so.
 */

/** Ends the instance where nothing is left to do; otherwise says whether it runs or waits. */
export function settle(draft: Draft): void {
  if (draft.isOver) return;
  const { tokens } = draft;
  if (tokens.length === 0) {
    draft.status = "completed";
  } else if (draft.terminalReached && !tokens.some((token) => leadsToEnd(draft, token.stepName))) {
    draft.cancelAll("Canceled: the workflow completed without this branch");
    draft.status = "completed";
  } else {
    const idle = tokens.every((token) => token.status === "waiting" || token.status === "pending");
    draft.status = idle ? "waiting" : "running";
  }
}

/** A step has failed for good: the instance fails with it and its other tokens are canceled. */
export function failInstance(draft: Draft, stepName: string, error: StepError): void {
  draft.status = "failed";
  draft.error = error.message;
  draft.cancelAll(`Canceled: step '${stepName}' failed`);
}

function leadsToEnd(draft: Draft, stepName: string): boolean {
  const reachable = draft.graph.reachableSteps(stepName);
  return draft.graph.structure.terminalSteps.some((terminal) => reachable.has(terminal));
}
