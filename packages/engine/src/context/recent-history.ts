import type { StepRecord } from "./workflow-context.ts";

/** Ended step executions that a step sees one by one. */
export const RECENT_STEPS = 200;

/**
 * The part of a long history that a step is given: the last 200 executions, and before those the
 * last success of each step. So a result is found however long a loop has run, and a claim costs
 * the same after ten thousand rounds as after ten.
 */
export function recentHistory(history: readonly StepRecord[]): StepRecord[] {
  const earlier = history.slice(0, -RECENT_STEPS);
  const lastSuccess = new Map(
    earlier
      .filter((record) => record.status === "succeeded")
      .map((record) => [record.stepName, record]),
  );
  return [
    ...earlier.filter((record) => lastSuccess.get(record.stepName) === record),
    ...history.slice(-RECENT_STEPS),
  ];
}
