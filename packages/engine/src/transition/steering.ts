import {
  InstanceNotFailedError,
  InstanceNotPausedError,
  InstanceUndoingError,
  StepNotFoundError,
  StepNotLiveError,
  StepsUndoneError,
  WorkflowAlreadyCompletedError,
} from "../errors.ts";
import type { InstanceRetried, SteeringEvent, StepScheduled } from "../state/events.ts";
import type { ExecutionId } from "../ids.ts";
import type { Draft } from "./draft.ts";
import { goOnFromJoins, settle } from "./ending.ts";
import { cancelMembers, isOpenGroup } from "./group.ts";

/*
 * What those who run the system decide. Invariants:
 *
 * S1. Only a failed instance lives again, and only by a retry.
 * S2. While an instance is paused nothing starts: what would is held, and all that happens meanwhile
 *     (steps that end, answers, timers) is taken in.
 */

/**
 * What follows when somebody steers an instance.
 * @throws where it cannot be: WorkflowAlreadyCompletedError, InstanceNotPausedError,
 *   InstanceNotFailedError, StepsUndoneError, StepNotFoundError, StepNotLiveError
 */
export function applySteering(draft: Draft, event: SteeringEvent): void {
  if (event.type === "instance.retried") {
    retry(draft, event);
    return settle(draft);
  }
  if (draft.isOver) throw new WorkflowAlreadyCompletedError(draft.state.id, draft.status);
  switch (event.type) {
    case "instance.canceled":
      draft.error = `Canceled: ${event.reason}`;
      draft.cancelAll(event.reason);
      draft.remember({ compensation: null });
      draft.status = "canceled";
      break;
    case "instance.paused":
      pause(draft);
      break;
    case "instance.resumed":
      resume(draft, event.fromStep);
      break;
    case "step.skip-requested":
      skip(draft, event.executionId);
      break;
    case "step.scheduled":
      scheduleStep(draft, event);
      break;
  }
  settle(draft);
}

/** S2. Pausing twice is pausing. */
function pause(draft: Draft): void {
  draft.demandAllTokens();
  draft.status = "paused";
  for (const token of draft.tokens) if (token.status === "scheduled") draft.hold(token);
}

function resume(draft: Draft, fromStep: string | null): void {
  if (draft.status !== "paused") throw new InstanceNotPausedError(draft.state.id, draft.status);
  if (fromStep !== null) {
    demandOuterStep(draft, fromStep);
    demandNothingUndone(draft);
  }
  draft.demandAllTokens();
  // What comes next in this transition may start again; `settle` finds the exact status.
  draft.status = "running";
  if (fromStep === null) {
    for (const token of draft.tokens) {
      if (token.status === "pending" && token.pendingFor === "pause") draft.release(token);
    }
    return;
  }
  draft.cancelAll(`resumed from step '${fromStep}'`);
  startOver(draft, fromStep);
}

function retry(draft: Draft, { fromStep, contextPatch }: InstanceRetried): void {
  if (draft.status !== "failed") throw new InstanceNotFailedError(draft.state.id, draft.status);
  if (fromStep !== null) demandOuterStep(draft, fromStep);
  const undone = draft.memory.failure?.undone ?? [];
  if (fromStep === null && undone.length > 0) throw new StepsUndoneError(draft.state.id, undone);
  const places = draft.memory.failure?.places ?? [];
  draft.status = "running";
  draft.error = null;
  draft.revived = true;
  draft.merge(contextPatch);
  if (fromStep !== null || places.length === 0) {
    return startOver(draft, fromStep ?? draft.graph.structure.initialStep);
  }
  for (const { stepName, arrivals, atJoin } of places) {
    draft.place({ stepName, arrivals, pendingFor: atJoin ? "join" : null });
  }
  draft.remember({ failure: null });
  goOnFromJoins(draft);
}

/** One token at a step, and nothing remembered of the way that led there before. */
function startOver(draft: Draft, stepName: string): void {
  draft.place({ stepName, arrivals: [] });
  draft.terminalReached = false;
  draft.remember({ firedJoins: [], failure: null, compensation: null });
}

/** The step runs once more and does nothing but choose the way: conditions are code. */
function skip(draft: Draft, executionId: ExecutionId): void {
  const token = draft.token(executionId);
  if (token === undefined) {
    draft.demandAllTokens();
    throw new StepNotLiveError(executionId);
  }
  if (token.status === "pending" && token.pendingFor !== "pause") {
    throw new StepNotLiveError(executionId, `it waits for its ${token.pendingFor}`);
  }
  if (isOpenGroup(token)) cancelMembers(draft, executionId, "its group was skipped");
  draft.dismissChild(token, "the step that waited for it was skipped");
  draft.wake(token, { kind: "skip" });
}

function scheduleStep(draft: Draft, { stepName, runAt }: StepScheduled): void {
  demandOuterStep(draft, stepName);
  demandNothingUndone(draft);
  const token = draft.place({ stepName, arrivals: [] });
  if (runAt === null || runAt <= draft.environment.now) return;
  const timerId = draft.rows.openTimer(token.executionId, runAt);
  draft.park(token, { kind: "delay", timerId });
}

/** While an instance undoes what it has done, nothing of it goes forward. */
function demandNothingUndone(draft: Draft): void {
  if (draft.memory.compensation !== null) throw new InstanceUndoingError(draft.state.id);
}

/** Steps inside groups have no meaning without their group. */
function demandOuterStep(draft: Draft, stepName: string): void {
  const found = draft.graph.structure.steps.find((step) => step.name === stepName);
  if (found === undefined) throw new StepNotFoundError(stepName);
  if (found.memberOf !== undefined) throw new StepNotFoundError(stepName, found.memberOf);
}
