import type { Sql } from "postgres";
import { besidesDocument, newTaskRows } from "./besides-document.ts";
import { COMMIT_STEPS, COMMIT_TRANSITIONS } from "./commit-statement.ts";
import { stepParameters } from "./step-rows.ts";
import { rowsOf, type Transition } from "./transition.ts";

/** @returns for each transition whether it was written; what was not has lost against another */
export async function commitTransitions(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const steps = stepParameters(transitions);
  const besides = besidesDocument(transitions);
  const tasks = rowsOf(transitions, newTaskRows);
  const hasStepsAlone = [...Object.values(besides), tasks].every((rows) => rows.length === 0);
  const written = await sql.unsafe<{ n: number }[]>(
    hasStepsAlone ? COMMIT_STEPS : COMMIT_TRANSITIONS,
    hasStepsAlone ? steps : [...steps, JSON.stringify(besides), JSON.stringify(tasks)],
    { prepare: true },
  );
  const won = new Set(written.map((row) => row.n));
  return transitions.map((_, n) => won.has(n));
}
