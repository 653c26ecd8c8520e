import { SignalsFullError, WorkflowAlreadyCompletedError } from "../errors.ts";
import {
  CallbackAlreadyUsedError,
  TaskAlreadyCompletedError,
  UnauthorizedTaskError,
} from "../wait-errors.ts";
import type { TaskId, TimerId } from "../ids.ts";
import { setOwn, type JsonObject } from "../json.ts";
import type {
  ChildEnded,
  OutsideEvent,
  SignalReceived,
  StepError,
  TaskCompleted,
  TaskReassigned,
  TimerTaken,
} from "../state/events.ts";
import type { Token, Wait, WaitingToken } from "../state/instance-state.ts";
import type { Draft } from "./draft.ts";
import { failInstance, settle } from "./ending.ts";
import { applyStepEvent } from "./step-events.ts";

/**
 * What follows when a person, another system, another instance or a clock acts on an instance.
 * @returns false when there is nothing left to act on and nobody needs to know (a timer)
 * @throws the documents' errors where the one who acts has to be told
 */
export function applyOutsideEvent(draft: Draft, event: OutsideEvent): boolean {
  const happened = happen(draft, event);
  if (happened) settle(draft);
  return happened;
}

function happen(draft: Draft, event: OutsideEvent): boolean {
  switch (event.type) {
    case "task.completed":
      completeTask(draft, event);
      return true;
    case "task.reassigned":
      reassignTask(draft, event);
      return true;
    case "timer.fired":
      return fireTimer(draft, event.timerId);
    case "timer.taken":
      return takeTimer(draft, event);
    case "callback.received": {
      const token = draft.waiting(
        (wait, executionId) => wait.kind === "callback" && executionId === event.executionId,
      );
      if (token === undefined) throw new CallbackAlreadyUsedError();
      const changes = {};
      setOwn(changes, event.callbackKey, event.payload);
      draft.merge(changes);
      draft.wake(token, { kind: "callback", payload: event.payload });
      return true;
    }
    case "signal.received":
      receiveSignal(draft, event);
      return true;
    case "child.ended":
      return noteChild(draft, event);
    case "deadline.passed":
      if (draft.isOver || draft.memory.compensation !== null) return false;
      failInstance(draft, null, deadlineError());
      return true;
  }
}

function completeTask(draft: Draft, event: TaskCompleted): void {
  const { token, wait } = openTask(draft, event.taskId);
  if (wait.assigneeId !== null && wait.assigneeId !== event.completedBy) {
    throw new UnauthorizedTaskError(event.taskId, event.completedBy);
  }
  draft.merge(event.data);
  if (isInParallel(draft, token)) draft.merge(prefixed(token.stepName, event.data));
  draft.rows.completeTask(event);
  draft.wake(token, { kind: "task", data: event.data, completedBy: event.completedBy });
}

function reassignTask(draft: Draft, event: TaskReassigned): void {
  const { token, wait } = openTask(draft, event.taskId);
  draft.updateWait(token, { ...wait, assigneeId: event.assigneeId });
  draft.rows.reassignTask(event.taskId, event.assigneeId);
}

/** Only an open task has a token that waits for it. */
function openTask(
  draft: Draft,
  taskId: TaskId,
): { token: WaitingToken; wait: Extract<Wait, { kind: "task" }> } {
  const token = draft.waiting((wait) => wait.kind === "task" && wait.taskId === taskId);
  if (token?.wait.kind !== "task") {
    throw new TaskAlreadyCompletedError(taskId, draft.isOver ? "canceled" : "completed");
  }
  return { token, wait: token.wait };
}

/** Whether others answer beside this one, so that keys of their forms may be the same. */
function isInParallel(draft: Draft, token: Token): boolean {
  if (token.membership === null) return false;
  const group = draft.token(token.membership.groupId);
  if (group === undefined) return false;
  const kind = draft.graph.step(group.stepName).group?.kind;
  return kind === "parallel" || kind === "race" || isInParallel(draft, group);
}

function prefixed(stepName: string, data: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(data)) setOwn(result, `${stepName}_${key}`, value);
  return result;
}

/**
 * Where the waiting step is still all there is, and as its worker has left it, nobody else can have changed
 * what it sees. In a pause it would have to be held, and might go on before its time.
 */
function takeTimer(draft: Draft, event: TimerTaken): boolean {
  const { timerId, workerId, version, edge, dueAt } = event;
  const token = waitingFor(draft, timerId);
  const isOnly = draft.tokens.length + draft.hidden.live === 1;
  const isAsLeft = draft.state.version === version && draft.status === "waiting";
  if (token?.wait.kind !== "timer" || !isOnly || !isAsLeft) return false;
  const isForward = token.undoes === null;
  if (edge !== null && !(isForward && draft.graph.isOnlyWay(edge))) return false;
  draft.wake(token, { kind: "timer" });
  const taken = draft.claim({ ...token, attempt: token.attempt + 1 }, workerId);
  if (edge === null) return true;
  if (dueAt > draft.now) draft.now = dueAt;
  applyStepEvent(draft, taken, {
    type: "step.succeeded",
    executionId: taken.executionId,
    attempt: taken.attempt,
    contextChanges: {},
    result: null,
    edges: [edge],
    continueAs: workerId,
  });
  return true;
}

function waitingFor(draft: Draft, timerId: TimerId): WaitingToken | undefined {
  return draft.waiting((wait) => "timerId" in wait && wait.timerId === timerId);
}

function fireTimer(draft: Draft, timerId: TimerId): boolean {
  const token = waitingFor(draft, timerId);
  if (token === undefined) return false;
  switch (token.wait.kind) {
    case "timer":
      draft.wake(token, { kind: "timer" });
      break;
    case "signal":
      draft.wake(token, { kind: "signal-timeout" });
      break;
    default:
      draft.wake(token, null);
  }
  return true;
}

/** Signals that are kept for steps to come: more is a sender that runs wild. */
const MOST_KEPT_SIGNALS = 1_000;

/** The step that has waited the longest takes the signal; where none waits, it is kept. */
function receiveSignal(draft: Draft, event: SignalReceived): void {
  if (draft.isOver) throw new WorkflowAlreadyCompletedError(draft.state.id, draft.status);
  draft.demandAllTokens();
  const { signalId, name, payload, deduplicationId } = event;
  const token = draft.waiting((wait) => wait.kind === "signal" && wait.name === name);
  const kept = (draft.state.signals ?? []).length + draft.rows.newSignals.length;
  if (token === undefined && kept >= MOST_KEPT_SIGNALS) {
    throw new SignalsFullError(draft.state.id, MOST_KEPT_SIGNALS);
  }
  draft.rows.newSignals.push({
    signalId,
    name,
    payload,
    deduplicationId,
    receivedAt: draft.environment.now,
    taken: token !== undefined,
  });
  if (token !== undefined) draft.wake(token, { kind: "signal", payload });
}

function noteChild(draft: Draft, event: ChildEnded): boolean {
  const token = draft.waiting(
    (wait, executionId) =>
      wait.kind === "child" &&
      executionId === event.executionId &&
      wait.instanceId === event.instanceId,
  );
  if (token === undefined) return false;
  const { instanceId } = event;
  const error = event.status === "completed" ? null : childError(event);
  draft.wake(token, { kind: "child", instanceId, error });
  return true;
}

function childError({ instanceId, status, error }: ChildEnded): StepError {
  const what =
    status === "failed"
      ? `failed: ${error}`
      : `was ${(error ?? status).replace(/^Canceled/, "canceled")}`;
  return {
    type: "SubWorkflowError",
    message: `Workflow '${instanceId}' ${what}`,
    stack: null,
    cause: null,
  };
}

function deadlineError(): StepError {
  return {
    type: "DeadlineExceeded",
    message: "The workflow did not end before its deadline",
    stack: null,
    cause: null,
  };
}
