import { PayloadTooLargeError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { jsonSize } from "../json-size.ts";
import { LARGEST_GROUP_RESULTS, LARGEST_HISTORY, type PayloadLimits } from "../payload-limits.ts";
import type { ClaimedStep } from "../store.ts";
import { describeError } from "./step-error.ts";
import type { StepOutcome } from "./step-run.ts";

/** A thousand of them are no more than a history may hold. */
const SMALL_RESULT = LARGEST_HISTORY / 1024;

type Sized = Pick<ClaimedStep, "stepName" | "context" | "history">;

/**
 * Turns an outcome that is too large to be kept into a failure that says what is too large. The
 * code is not asked again: it would come to the same.
 * @param isGroup whether the result is made of the results of members
 */
export function withinLimits(
  step: Sized,
  outcome: StepOutcome,
  limits: PayloadLimits,
  isGroup: boolean,
): StepOutcome {
  // Nothing of a try that is followed by another one is kept but its error, which is cut.
  if (outcome.type === "retrying") return outcome;
  try {
    if (outcome.type === "succeeded") demandResult(step, outcome.result, limits, isGroup);
    demandContext(step, outcome.contextChanges, limits.context);
    return outcome;
  } catch (error) {
    // What the code has failed with says more than that it had set too much before.
    const told = outcome.type === "failed" ? outcome.error : describeError(error);
    return { type: "failed", error: told, handled: false, edges: [], contextChanges: {} };
  }
}

function demandResult(
  { stepName, history }: Sized,
  result: JsonValue,
  limits: PayloadLimits,
  isGroup: boolean,
): void {
  const most = isGroup ? LARGEST_GROUP_RESULTS : limits.result;
  const size = jsonSize(result, most);
  if (size > most) throw new PayloadTooLargeError(`result of step '${stepName}'`, most);
  // Results of most steps are so small that no history of them could be too large.
  if (size <= SMALL_RESULT) return;
  let room = LARGEST_HISTORY - size;
  for (const record of history) {
    if (room < 0) break;
    room -= jsonSize(record.result, room);
  }
  if (room < 0) {
    const where = `result of step '${stepName}' together with those of the steps before it`;
    throw new PayloadTooLargeError(where, LARGEST_HISTORY);
  }
}

/** The largest value is named: it is most likely what has to go elsewhere. */
function demandContext({ stepName, context }: Sized, changes: JsonObject, most: number): void {
  const after = { ...context, ...changes };
  if (jsonSize(after, most) <= most) return;
  const [largest] = Object.entries(after)
    .map(([key, value]) => ({ key, size: jsonSize(value) }))
    .toSorted((one, other) => other.size - one.size);
  const which = largest === undefined ? "" : `, of which '${largest.key}' is the largest value,`;
  throw new PayloadTooLargeError(`context after step '${stepName}'${which}`, most);
}
