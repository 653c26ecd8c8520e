import {
  InvariantError,
  type Changes,
  type ExecutionChange,
  type InstanceChange,
  type StepStatus,
  type WorkflowStatus,
} from "@drover/engine";
import type { Sql } from "postgres";
import {
  isPlainEnd,
  PLAIN_END,
  plainEndColumns,
  setPlainEnd,
  writesNothingBesides,
} from "./plain-end.ts";
import { inTwoForms, rowColumns } from "./row-columns.ts";
import { flowColumns } from "./step-rows.ts";
import type { Transition } from "./transition.ts";

const COMPLETIONS = rowColumns(3, {
  ...PLAIN_END,
  instance_id: "uuid",
  terminal_reached: "boolean",
  flow_memory: "jsonb",
  output: "jsonb",
  context_of_instance: "jsonb",
});

type Column = keyof typeof COMPLETIONS.valuesOfOne;

/** What becomes of the instance `w`. @param column where the statement finds a column of the completion */
const setCompleted = (column: (name: Column) => string) => `
  status = $2::text, current_step = null, live_tokens = 0, active_tokens = 0, error = null,
  sequence = ${column("sequence")}, terminal_reached = ${column("terminal_reached")},
  flow_memory = ${column("flow_memory")}, output = coalesce(${column("output")}, w.output),
  context_data = w.context_data || ${column("context_of_instance")}, completed_at = ${column("completed_at")},
  version = w.version + 1, transition_id = ${column("transition_id")}, updated_at = now()`;

const ofOne = (column: Column) => COMPLETIONS.valuesOfOne[column];
const ofMany = (column: Column) => `x.${column}`;

/**
 * Writes transitions in which the last token ends and its instance completes with it, as most workflows
 * do once: at little more than half the price of what the general statement would write of it (docs/performance.md).
 *
 * Invariants, those of `commit-statement.ts`:
 * 1. The instance is locked at the version that the core saw, then the step ends where it still runs under the
 *    attempt that the core saw, and only where it has ended is the instance changed: both of them or none.
 * 2. Instances are locked in the order of their ids, and then steps in the order of theirs.
 *
 * $1: the status of what runs; $2: that of what is completed; the completions after them.
 */
export const COMPLETE = inTwoForms(
  COMPLETIONS,
  `
with held as materialized (
  select x.* from (${COMPLETIONS.select}) x
  join workflow_instances w on w.id = x.instance_id and w.version = x.version
  where x.version = abs(x.version) -- expects one row: see commit-statement.ts
  order by w.id for no key update of w),
ended as (
  update workflow_step_executions w set ${setPlainEnd(ofMany)}
  from (select * from held order by id) x
  where x.version = abs(x.version) and w.id = x.id and w.status = $1::text and w.attempt = x.attempt
  returning x.*)
update workflow_instances w set ${setCompleted(ofMany)}
from ended x where w.id = x.instance_id
returning w.transition_id as id`,
  `
with held as (
  select w.id from workflow_instances w
  where w.id = ${ofOne("instance_id")} and w.version = ${ofOne("version")} for no key update),
ended as (
  update workflow_step_executions w set ${setPlainEnd(ofOne)}
  where w.id = ${ofOne("id")} and w.status = $1::text and w.attempt = ${ofOne("attempt")}
    and exists (select from held)
  returning w.id)
update workflow_instances w set ${setCompleted(ofOne)}
where w.id = ${ofOne("instance_id")} and exists (select from ended)`,
);

/** A transition in which an instance completes, taken apart. */
interface Completion {
  readonly ended: ExecutionChange;
  readonly instance: InstanceChange;
}

/** Whether in a transition an instance completes with its last token, and nothing else happens. */
export function isCompletion({ changes }: Transition): boolean {
  return completionOf(changes) !== null;
}

function completionOf(changes: Changes): Completion | null {
  const { instance, executions, newExecutions } = changes;
  const [ended] = executions;
  const isOfOne = executions.length === 1 && newExecutions.length === 0;
  if (!isOfOne || ended === undefined || instance === null) return null;
  if (!isPlainEnd(ended) || !isPlainCompletion(instance) || !isTogether(ended, instance))
    return null;
  return writesNothingBesides(changes) ? { ended, instance } : null;
}

function isPlainCompletion(instance: InstanceChange): boolean {
  const { status, liveTokens, activeTokens, currentStep, error, revived, deadlineAt } = instance;
  const isOver = status === "completed" && liveTokens === 0 && activeTokens === 0;
  return isOver && currentStep === null && error === null && !revived && deadlineAt === null;
}

/** What both rows say is sent once. */
function isTogether(ended: ExecutionChange, instance: InstanceChange): boolean {
  const isThen = ended.endedAt?.getTime() === instance.completedAt?.getTime();
  return isThen && ended.sequence === instance.sequence;
}

/**
 * @param transitions such as `isCompletion` lets through
 * @returns for each whether it was written; what was not has lost against another
 */
export async function completeInstances(
  sql: Sql,
  transitions: readonly Transition[],
): Promise<boolean[]> {
  const completions = transitions.map(completionRow);
  const { text, parameters } = COMPLETE.over(completions);
  const running: StepStatus = "running";
  const completed: WorkflowStatus = "completed";
  const written = await sql.unsafe<{ id: string }[]>(text, [running, completed, ...parameters], {
    prepare: true,
  });
  if (written.count === completions.length) return transitions.map(() => true);
  const won = new Set(written.map((row) => row.id));
  return transitions.map((transition) => won.has(transition.id));
}

function completionRow(transition: Transition) {
  const { changes } = transition;
  const completion = completionOf(changes);
  if (completion === null) throw new InvariantError("a transition is more than a completion");
  const { ended, instance } = completion;
  return {
    ...plainEndColumns(transition, ended),
    instance_id: changes.instanceId,
    ...flowColumns(instance),
    context_of_instance: instance.contextChanges,
  };
}
