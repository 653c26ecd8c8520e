import type { Sql } from "postgres";
import { besidesDocument, newTaskRows } from "./besides-document.ts";
import { completeInstances, isCompletion } from "./complete.ts";
import { COMMIT_STEPS, COMMIT_TRANSITIONS, COMMIT_WAITS } from "./commit-statement.ts";
import { stepParameters } from "./step-rows.ts";
import { rowsOf, type Transition } from "./transition.ts";
import { hasWaits, waitParameters } from "./wait-rows.ts";

/** @returns for each transition whether it was written; what was not has lost against another */
export async function commitTransitions(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  if (transitions.every(isCompletion)) return completeInstances(sql, transitions);
  const { statement, parameters } = commitOf(transitions);
  const written = await sql.unsafe<{ n: number }[]>(statement, parameters, { prepare: true });
  const won = new Set(written.map((row) => row.n));
  return transitions.map((_, n) => won.has(n));
}

/** The smallest statement that writes all of them. */
function commitOf(transitions: readonly Transition[]) {
  const steps = stepParameters(transitions);
  const besides = besidesDocument(transitions);
  const tasks = rowsOf(transitions, newTaskRows);
  if ([...Object.values(besides), tasks].some((rows) => rows.length > 0)) {
    const documents = [JSON.stringify(besides), JSON.stringify(tasks)];
    const parameters = [...steps, ...waitParameters(transitions), ...documents];
    return { statement: COMMIT_TRANSITIONS, parameters };
  }
  if (!hasWaits(transitions)) return { statement: COMMIT_STEPS, parameters: steps };
  return { statement: COMMIT_WAITS, parameters: [...steps, ...waitParameters(transitions)] };
}
