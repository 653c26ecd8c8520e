import { NoLiveExecutionError, StepAmbiguousError, StepNotLiveError } from "./errors.ts";
import type { ExecutionId } from "./ids.ts";

/** Executions that are named to who has to choose one. */
const MOST_NAMED = 20;

/**
 * Which of a step's live executions is meant.
 * @param wanted its id; null where there is only one
 * @throws NoLiveExecutionError, StepNotLiveError, StepAmbiguousError
 */
export function chooseLive(
  stepName: string,
  live: readonly ExecutionId[],
  wanted: string | null,
): ExecutionId {
  if (wanted !== null) {
    const found = live.find((id) => id === wanted.toLowerCase());
    if (found !== undefined) return found;
    throw new StepNotLiveError(wanted, `it is no live execution of step '${stepName}'`);
  }
  const [only, ...others] = live;
  if (only === undefined) throw new NoLiveExecutionError(stepName);
  if (others.length > 0) {
    throw new StepAmbiguousError(stepName, live.slice(0, MOST_NAMED), live.length);
  }
  return only;
}
