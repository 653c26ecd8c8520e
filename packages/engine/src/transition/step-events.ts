import type {
  StepError,
  StepEvent,
  StepFailed,
  StepRetrying,
  StepSkipped,
  StepSucceeded,
  WaitRequest,
} from "../state/events.ts";
import type { RunningToken } from "../state/instance-state.ts";
import { IncompleteStateError, type Draft } from "./draft.ts";
import {
  failInstance,
  goOnFromJoins,
  noteFailedCompensation,
  noteUndone,
  settle,
} from "./ending.ts";
import { memberEnded, openGroup } from "./group.ts";
import { arrive } from "./join.ts";

type BranchEnd = StepSucceeded | StepSkipped | StepFailed;

/** What follows when the run of a step's code has come to something. */
export function applyStepEvent(draft: Draft, token: RunningToken, event: StepEvent): void {
  switch (event.type) {
    case "step.succeeded":
    case "step.skipped":
    case "step.failed":
      endStep(draft, token, event);
      break;
    case "step.retrying":
      tryAgain(draft, token, event);
      break;
    case "step.waiting":
      draft.merge(event.contextChanges);
      beginWaiting(draft, token, event.wait);
      break;
  }
  settle(draft);
}

function endStep(draft: Draft, token: RunningToken, event: BranchEnd): void {
  const { contextChanges } = event;
  switch (event.type) {
    case "step.succeeded":
      draft.end(token, { status: "succeeded", result: event.result, contextChanges });
      break;
    case "step.skipped":
      draft.end(token, { status: "skipped", contextChanges });
      break;
    case "step.failed":
      draft.end(token, { status: "failed", error: event.error, contextChanges });
      break;
  }
  if (token.undoes !== null) {
    if (event.type === "step.failed") noteFailedCompensation(draft, token.stepName, event.error);
    else if (event.type === "step.succeeded") noteUndone(draft, token.stepName);
  } else if (token.membership !== null) {
    memberEnded(draft, token, memberEnding(event));
  } else if (event.type === "step.failed" && !event.handled) {
    failInstance(draft, token.stepName, event.error, token);
  } else {
    goOn(draft, token, event);
  }
}

function memberEnding(event: BranchEnd): Parameters<typeof memberEnded>[2] {
  if (event.type === "step.succeeded") return { kind: "succeeded", result: event.result };
  const failed = event.type === "step.failed" && !event.handled;
  return failed ? { kind: "failed", error: event.error } : { kind: "passed" };
}

function goOn(draft: Draft, token: RunningToken, event: BranchEnd): void {
  const { graph } = draft;
  if (graph.isListedTerminal(token.stepName)) {
    draft.terminalReached = true;
    draft.output = resultOf(event);
  } else if (event.edges.length > 0) {
    arrive(draft, event.edges, token.executionId);
  } else {
    if (!graph.isTerminal(token.stepName) && graph.structure.onNoMatch === "fail") {
      return failInstance(draft, token.stepName, noMatch(token.stepName), token);
    }
    // Where ends are listed, only they say what the workflow came to.
    if (graph.structure.terminalSteps.length === 0) draft.output = resultOf(event);
  }
  goOnFromJoins(draft);
  if (!draft.isOver) continueInline(draft, event);
}

function resultOf(event: BranchEnd) {
  return event.type === "step.succeeded" ? event.result : null;
}

/** Where just one step follows, the worker that is at it anyway may go on with it. */
function continueInline(draft: Draft, event: BranchEnd): void {
  const [next, ...others] = draft.placed.filter((token) => token.status === "scheduled");
  if (event.continueAs === null || next === undefined || others.length > 0) return;
  if (draft.isNew(next)) draft.claim(next, event.continueAs);
}

/** A try has failed: the step waits for its next one. */
function tryAgain(draft: Draft, token: RunningToken, event: StepRetrying): void {
  const { executionId, attempt } = token;
  const endedAt = draft.environment.now;
  const { error, heartbeatDetails, waitsAnew } = event;
  draft.newAttempts.push({ executionId, attempt, error, heartbeatDetails, waitsAnew, endedAt });
  if (event.retryAt <= endedAt) return draft.wake(token, null);
  draft.park(token, { kind: "delay", timerId: draft.rows.openTimer(executionId, event.retryAt) });
}

function beginWaiting(draft: Draft, token: RunningToken, request: WaitRequest): void {
  if (request.kind === "group") return openGroup(draft, token, request);
  const waiting = draft.parkFor(token, request);
  if (request.kind === "child" && request.instance.origin?.waits !== true) {
    const { instanceId } = request.instance;
    return draft.wake(waiting, { kind: "child", instanceId, error: null });
  }
  if (request.kind !== "signal") return;
  if (draft.state.signals === null) throw new IncompleteStateError();
  const payload = draft.rows.takeSignal(draft.state.signals, request.name);
  if (payload !== undefined) draft.wake(waiting, { kind: "signal", payload });
}

function noMatch(stepName: string): StepError {
  return {
    type: "NoMatchingEdge",
    message: `Step '${stepName}' ended and none of its outgoing edges matched`,
    stack: null,
    cause: null,
  };
}
