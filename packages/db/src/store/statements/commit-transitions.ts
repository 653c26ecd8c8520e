import type { Sql } from "postgres";
import { COMMIT_STEPS, COMMIT_TRANSITIONS } from "./commit-statement.ts";
import {
  hasStepsAlone,
  newTaskRows,
  rowsOf,
  transitionDocument,
  type Transition,
} from "./transition-document.ts";

/** @returns for each transition whether it was written; what was not has lost against another */
export async function commitTransitions(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const document = transitionDocument(transitions);
  const tasks = rowsOf(transitions, newTaskRows);
  const statement =
    tasks.length === 0 && hasStepsAlone(document)
      ? sql.unsafe<{ n: number }[]>(COMMIT_STEPS, [JSON.stringify(document)], { prepare: true })
      : sql.unsafe<{ n: number }[]>(
          COMMIT_TRANSITIONS,
          [JSON.stringify(document), JSON.stringify(tasks)],
          { prepare: true },
        );
  const won = new Set((await statement).map((row) => row.n));
  return transitions.map((_, n) => won.has(n));
}
