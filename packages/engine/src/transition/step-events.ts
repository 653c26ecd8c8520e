import type { RunningToken } from "../state/instance-state.ts";
import type { StepEvent, StepFailed, StepSkipped, StepSucceeded } from "../state/events.ts";
import type { Draft } from "./draft.ts";
import { failInstance, settle } from "./ending.ts";
import { arrive, releaseJoins } from "./join.ts";

/** What follows when the run of a step's code has come to something. */
export function applyStepEvent(draft: Draft, token: RunningToken, event: StepEvent): void {
  switch (event.type) {
    case "step.succeeded":
      draft.end(token, {
        status: "succeeded",
        result: event.result,
        contextChanges: event.contextChanges,
      });
      return goOn(draft, token, event);
    case "step.skipped":
      draft.end(token, { status: "skipped", contextChanges: event.contextChanges });
      return goOn(draft, token, event);
    case "step.failed":
      draft.end(token, {
        status: "failed",
        error: event.error,
        contextChanges: event.contextChanges,
      });
      if (event.handled) return goOn(draft, token, event);
      return failInstance(draft, token.stepName, event.error);
    case "step.waiting":
      draft.merge(event.contextChanges);
      draft.park(token, event.wait);
      return settle(draft);
  }
}

function goOn(
  draft: Draft,
  token: RunningToken,
  event: StepSucceeded | StepSkipped | StepFailed,
): void {
  const { graph } = draft;
  if (graph.isListedTerminal(token.stepName)) {
    draft.terminalReached = true;
  } else if (event.edges.length > 0) {
    arrive(draft, event.edges, token.executionId);
  } else if (!graph.isTerminal(token.stepName) && graph.structure.onNoMatch === "fail") {
    return failInstance(draft, token.stepName, noMatch(token.stepName));
  }
  releaseJoins(draft);
  continueInline(draft, event);
  settle(draft);
}

/** Where just one step follows, the worker that is at it anyway may go on with it. */
function continueInline(draft: Draft, event: StepSucceeded | StepSkipped | StepFailed): void {
  const [next, ...others] = draft.placed;
  if (event.continueAs !== null && next?.status === "scheduled" && others.length === 0) {
    draft.claim(next, event.continueAs);
  }
}

function noMatch(stepName: string) {
  return {
    type: "NoMatchingEdge",
    message: `Step '${stepName}' ended and none of its outgoing edges matched`,
    stack: null,
    cause: null,
  };
}
