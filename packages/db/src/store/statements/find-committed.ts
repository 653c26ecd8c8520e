import type { Sql } from "postgres";
import type { Transition } from "./transition.ts";

/**
 * Which of these transitions have written their rows: for commits without an answer. What wakes a
 * step is asked of the task or the callback too, as the step may have ended meanwhile and its row
 * then names the transition that ended it. For the same reason executions that a transition was to
 * make ($4: the transition of each, $5: their ids) tell it by being there, whoever wrote them last:
 * nobody else knows their ids. A step that was to be left out ($6, $7) and is left out is so, whoever
 * did it.
 */
const FIND_COMMITTED = `
select transition_id as id from workflow_step_executions
where id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_human_tasks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_callbacks
where step_execution_id = any($1::uuid[]) and transition_id = any($2::uuid[])
union
select transition_id from workflow_instances
where id = any($3::uuid[]) and transition_id = any($2::uuid[])
union
select made.transition_id from unnest($4::uuid[], $5::uuid[]) as made(transition_id, id)
join workflow_step_executions e on e.id = made.id
union
select left_out.transition_id from unnest($6::uuid[], $7::uuid[]) as left_out(transition_id, id)
join workflow_step_executions e on e.id = left_out.id and e.input_data->>'kind' = 'skip'`;

/** @returns for each transition whether an earlier, unanswered try had written it */
export async function findCommitted(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const executions = transitions.flatMap(({ changes }) =>
    [...changes.executions, ...changes.newExecutions].map((execution) => execution.executionId),
  );
  const made = transitions.flatMap(({ id, changes }) =>
    changes.newExecutions.map(({ executionId }) => ({ transitionId: id, executionId })),
  );
  const leftOut = transitions.flatMap(({ id, changes }) =>
    changes.executions
      .filter(({ resumption }) => resumption?.kind === "skip")
      .map(({ executionId }) => ({ transitionId: id, executionId })),
  );
  const rows = await sql.unsafe<{ id: string }[]>(
    FIND_COMMITTED,
    [
      executions,
      transitions.map((transition) => transition.id),
      transitions.map(({ changes }) => changes.instanceId),
      made.map((execution) => execution.transitionId),
      made.map((execution) => execution.executionId),
      leftOut.map((execution) => execution.transitionId),
      leftOut.map((execution) => execution.executionId),
    ],
    { prepare: true },
  );
  const found = new Set(rows.map((row) => row.id));
  return transitions.map((transition) => found.has(transition.id));
}
