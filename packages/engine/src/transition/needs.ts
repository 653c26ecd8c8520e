import type { ExecutionId, TaskId, TimerId } from "../ids.ts";
import type { WorkflowEvent } from "../state/events.ts";

/**
 * Which tokens the decisions about some events need: those of the workflow itself always, these
 * with the groups around them, and of maps the members whose turn comes next.
 */
export type StateNeeds =
  | { readonly kind: "whole" }
  | {
      readonly kind: "part";
      readonly executions: readonly ExecutionId[];
      /** The executions that wait for these. */
      readonly tasks: readonly TaskId[];
      readonly timers: readonly TimerId[];
      /** How many members of each map may get their turn. */
      readonly turns: number;
    };

/** What has to be read of an instance to decide what follows from these events. */
export function stateNeeds(events: readonly WorkflowEvent[]): StateNeeds {
  const executions: ExecutionId[] = [];
  const tasks: TaskId[] = [];
  const timers: TimerId[] = [];
  for (const event of events) {
    switch (event.type) {
      case "step.succeeded":
      case "step.skipped":
      case "step.failed":
      case "step.retrying":
      case "step.waiting":
      case "callback.received":
      case "child.ended":
        executions.push(event.executionId);
        break;
      case "task.completed":
      case "task.reassigned":
        tasks.push(event.taskId);
        break;
      case "timer.fired":
      case "timer.taken":
        timers.push(event.timerId);
        break;
      case "signal.received":
      case "deadline.passed":
      case "instance.canceled":
      case "instance.paused":
      case "instance.resumed":
      case "instance.retried":
      case "step.skip-requested":
      case "step.scheduled":
        return { kind: "whole" };
    }
  }
  return { kind: "part", executions, tasks, timers, turns: events.length };
}
