import type { ClaimedStep, Dispatched, EdgeIndex, JsonValue, StepOutcome } from "@drover/engine";

type Committed = Extract<Dispatched, { kind: "committed" }>;

/** The following step as if it had been claimed: what the claim would read is known here. */
export function nextStep(
  step: ClaimedStep,
  outcome: StepOutcome,
  { inline, state }: Pick<Committed, "inline" | "state">,
): ClaimedStep | null {
  if (inline === null || outcome.type === "waiting" || outcome.type === "retrying") return null;
  const ended = {
    id: step.executionId,
    stepName: step.stepName,
    status: outcome.type,
    result: outcome.type === "succeeded" ? outcome.result : null,
    error: outcome.type === "failed" ? outcome.error.message : null,
    // The rows have the exact times; whoever claims the step afresh sees those.
    startedAt: null,
    completedAt: null,
  };
  return {
    ...step,
    executionId: inline.executionId,
    stepName: inline.stepName,
    attempt: inline.attempt,
    failedTries: 0,
    lostAttempts: 0,
    heartbeatDetails: null,
    arrivals: inline.arrivals,
    resumption: null,
    childOutput: null,
    members: [],
    context: { ...step.context, ...outcome.contextChanges },
    history: [...step.history, ended],
    state,
  };
}

/** A step that waits for its timer, as it will go on if nobody moves its instance on meanwhile. */
export interface StepBeforeTimer extends ClaimedStep {
  /** As its worker has left it. */
  readonly state: NonNullable<ClaimedStep["state"]>;
}

/**
 * @param said what the step's code has said of itself last
 * @returns null where the step waits for something else, or others may have changed what it sees
 */
export function stepBeforeTimer(
  step: ClaimedStep,
  outcome: StepOutcome,
  dispatched: Committed,
  said: JsonValue,
): StepBeforeTimer | null {
  if (outcome.type !== "waiting" || outcome.wait.kind !== "timer") return null;
  const { before, state } = dispatched;
  if (step.state === null || before?.version !== step.state.version) return null;
  return {
    ...step,
    lostAttempts: 0,
    heartbeatDetails: said,
    resumption: { kind: "timer" },
    context: { ...step.context, ...outcome.contextChanges },
    state,
  };
}

/**
 * What a commit has claimed ahead of a timer: the step that has waited, or the one behind it.
 * @param edge the one that was taken, where the step had no code
 */
export function stepAfterTimer(
  step: StepBeforeTimer,
  edge: EdgeIndex | null,
  dispatched: Committed,
): ClaimedStep | null {
  const { inline, state } = dispatched;
  if (inline === null) return null;
  if (edge === null) return { ...step, attempt: inline.attempt, state };
  const over = { type: "succeeded", result: null, edges: [edge], contextChanges: {} } as const;
  return nextStep(step, over, dispatched);
}
