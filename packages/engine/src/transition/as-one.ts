import type { Changes, ExecutionChange, NewExecution } from "../state/changes.ts";
import { InvariantError } from "../errors.ts";

/**
 * Two transitions as one: the first moves the only token on to a step of the worker that brings it, the second
 * ends that step. What is written is what both would have written one after the other: the step between is made
 * and over.
 * @throws InvariantError where the first does more than that
 */
export function asOne(first: Changes, second: Changes): Changes {
  if (first.instance !== null)
    throw new InvariantError("a transition that changes its instance is none with the next");
  const changed = new Map(second.executions.map((change) => [change.executionId, change]));
  const made = first.newExecutions.map((execution) => {
    const change = changed.get(execution.executionId);
    changed.delete(execution.executionId);
    return change === undefined ? execution : ended(execution, change);
  });
  return {
    ...second,
    executions: [...first.executions, ...changed.values()],
    newExecutions: [...made, ...second.newExecutions],
  };
}

function ended(execution: NewExecution, change: ExecutionChange): NewExecution {
  const { status, sequence, result, contextChanges, endedAt } = change;
  const isOver = (status === "succeeded" || status === "skipped") && sequence !== null;
  if (!isOver || endedAt === null) {
    throw new InvariantError(`step '${execution.stepName}' ran ahead and is ${status}`);
  }
  return { ...execution, end: { status, sequence, result, contextChanges, endedAt } };
}
