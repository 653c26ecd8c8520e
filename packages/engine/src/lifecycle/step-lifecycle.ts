import type { ExecutionId } from "../ids.ts";
import type { ExecutionChange, NewAttempt, NewExecution } from "../state/changes.ts";
import type { StepEventBase, StepLifecycleEvent } from "./lifecycle-event.ts";
import type { ToldTransition } from "./lifecycle-events.ts";
import { secondsBetween } from "./seconds-between.ts";

/** The run of a step's code, as the process knows it that ran it. */
export interface StepRunFacts {
  readonly executionId: ExecutionId;
  readonly begunAt: Date;
  /** Tries that have failed before this one. */
  readonly failedTries: number;
}

/** What a transition tells of steps. */
export function stepEvents(told: ToldTransition): StepLifecycleEvent[] {
  const ended = told.changes.executions
    .filter((change) => change.endedAt !== null)
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  return [
    ...told.changes.newAttempts.map((attempt) => retrying(told, attempt)),
    ...ended.flatMap((change) => endOf(told, change)),
    ...told.changes.newExecutions.flatMap((execution) => ranAhead(told, execution)),
  ];
}

/** A step that was over before it was written tells of its beginning and its end together. */
function ranAhead(told: ToldTransition, execution: NewExecution): StepLifecycleEvent[] {
  const { executionId, createdAt, stepType, attempt, end } = execution;
  if (end === null) return [];
  const base = baseOf(told, executionId, end.endedAt);
  const started = {
    ...baseOf(told, executionId, createdAt),
    type: "step.started",
    stepType,
    attempt,
    inputData: null,
  } as const;
  if (end.status !== "succeeded") return [started, { ...base, type: "step.skipped" }];
  const completed = {
    ...base,
    type: "step.completed",
    status: "succeeded",
    result: end.result,
    outputData: end.contextChanges ?? {},
    durationSeconds: secondsBetween(createdAt, end.endedAt),
  } as const;
  return [started, completed];
}

function endOf(told: ToldTransition, change: ExecutionChange): StepLifecycleEvent[] {
  const base = baseOf(told, change.executionId, change.endedAt);
  const run = runOf(told, change.executionId);
  const { error } = change;
  switch (change.status) {
    case "succeeded":
      return [
        {
          ...base,
          type: "step.completed",
          status: "succeeded",
          result: change.result,
          outputData: change.contextChanges ?? {},
          durationSeconds: secondsBetween(run?.begunAt ?? null, change.endedAt),
        },
      ];
    case "failed":
      return [
        {
          ...base,
          type: "step.failed",
          error: error?.message ?? "",
          errorType: error?.type ?? "",
          retryCount: run?.failedTries ?? null,
        },
      ];
    case "skipped":
      return [{ ...base, type: "step.skipped" }];
    case "canceled":
      return [{ ...base, type: "step.canceled", reason: error?.message ?? "" }];
    case "pending":
    case "scheduled":
    case "running":
    case "waiting":
      return [];
  }
}

function retrying(told: ToldTransition, attempt: NewAttempt): StepLifecycleEvent {
  const { executionId, error, endedAt } = attempt;
  const timer = told.changes.newTimers.find((each) => each.executionId === executionId);
  return {
    ...baseOf(told, executionId, endedAt),
    type: "step.retrying",
    error: error.message,
    errorType: error.type,
    retryCount: runOf(told, executionId)?.failedTries ?? null,
    retryAt: (timer?.fireAt ?? endedAt).toISOString(),
  };
}

function baseOf(told: ToldTransition, executionId: ExecutionId, at: Date | null): StepEventBase {
  const token = told.before.tokens.find((each) => each.executionId === executionId);
  return {
    ...told.base,
    timestamp: (at ?? told.facts.at).toISOString(),
    executionId,
    stepName: told.stepName(executionId),
    undoes: token?.undoes ?? null,
  };
}

function runOf({ facts }: ToldTransition, executionId: ExecutionId): StepRunFacts | null {
  return facts.run?.executionId === executionId ? facts.run : null;
}
