import type { ClaimedStep, StepEvent, StepOutcome, WorkerId } from "@drover/engine";

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
    case "retrying":
      // The state machine knows no retries yet: the try that failed is the last one.
      return {
        ...base,
        type: "step.failed",
        error: outcome.error,
        handled: false,
        edges: [],
        continueAs: null,
      };
    case "waiting":
      return { ...base, type: "step.waiting", wait: outcome.wait };
  }
}
