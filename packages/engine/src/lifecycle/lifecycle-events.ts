import type { WorkflowStructure } from "../definition/structure.ts";
import type { ExecutionId } from "../ids.ts";
import type { Changes } from "../state/changes.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { LifecycleEvent, LifecycleEventBase } from "./lifecycle-event.ts";
import { stepEvents, type StepRunFacts } from "./step-lifecycle.ts";
import { taskEvents } from "./task-lifecycle.ts";
import { workflowEvents } from "./workflow-lifecycle.ts";

/** What an instance's state and its changes do not say. */
export interface CommitFacts {
  /** When the changes became facts. */
  readonly at: Date;
  /** When the instance was started; null where that is not at hand. */
  readonly startedAt: Date | null;
  /** The run of code from which the changes come; null where they come from outside. */
  readonly run: StepRunFacts | null;
}

/** A transition, as those read it who tell of it. */
export interface ToldTransition {
  readonly before: InstanceState;
  readonly changes: Changes;
  readonly facts: CommitFacts;
  readonly base: LifecycleEventBase;
  /** The step of an execution that the transition touches. */
  readonly stepName: (executionId: ExecutionId) => string;
}

/**
 * What a committed transition tells: of steps first, in the order of their ends, then of tasks,
 * then of the workflow.
 * @param before the state on which the transition was decided
 */
export function lifecycleEvents(
  before: InstanceState,
  changes: Changes,
  structure: Pick<WorkflowStructure, "name" | "version">,
  facts: CommitFacts,
): LifecycleEvent[] {
  const names = new Map(
    [...before.tokens, ...changes.newExecutions].map((each) => [each.executionId, each.stepName]),
  );
  const told: ToldTransition = {
    before,
    changes,
    facts,
    base: {
      instanceId: changes.instanceId,
      workflowName: structure.name,
      workflowVersion: structure.version,
      timestamp: facts.at.toISOString(),
    },
    stepName: (executionId) => names.get(executionId) ?? "",
  };
  return [...stepEvents(told), ...taskEvents(told), ...workflowEvents(told)];
}
