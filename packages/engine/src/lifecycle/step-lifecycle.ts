import type { ExecutionId } from "../ids.ts";
import type { ExecutionChange, NewAttempt } from "../state/changes.ts";
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
  ];
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
