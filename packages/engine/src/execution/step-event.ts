import type { WorkerId } from "../ids.ts";
import type { StepEvent } from "../state/events.ts";
import type { ClaimedStep } from "../store.ts";
import type { StepOutcome } from "./step-run.ts";

/** The outcome of a run as the event that goes into the state machine. */
export function stepEvent(
  step: ClaimedStep,
  outcome: StepOutcome,
  continueAs: WorkerId | null,
): StepEvent {
  const { executionId, attempt } = step;
  const base = { executionId, attempt, contextChanges: outcome.contextChanges };
  switch (outcome.type) {
    case "succeeded":
      return {
        ...base,
        type: "step.succeeded",
        result: outcome.result,
        edges: outcome.edges,
        continueAs,
      };
    case "skipped":
      return { ...base, type: "step.skipped", edges: outcome.edges, continueAs };
    case "failed":
      return {
        ...base,
        type: "step.failed",
        error: outcome.error,
        handled: outcome.handled,
        edges: outcome.edges,
        continueAs,
      };
    case "retrying": {
      const { error, retryAt, heartbeatDetails, waitsAnew } = outcome;
      return { ...base, type: "step.retrying", error, retryAt, heartbeatDetails, waitsAnew };
    }
    case "waiting":
      return { ...base, type: "step.waiting", wait: outcome.wait };
  }
}
