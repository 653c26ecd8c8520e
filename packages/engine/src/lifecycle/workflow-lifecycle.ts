import { isTerminal } from "../status.ts";
import type { InstanceChange } from "../state/changes.ts";
import type { StepError } from "../state/events.ts";
import type { WorkflowLifecycleEvent } from "./lifecycle-event.ts";
import type { ToldTransition } from "./lifecycle-events.ts";
import { secondsBetween } from "./seconds-between.ts";

const CANCELED = "Canceled: ";

/** What a transition tells of the workflow: nothing where its status stays. */
export function workflowEvents(told: ToldTransition): WorkflowLifecycleEvent[] {
  const { before, changes, base } = told;
  const after = changes.instance;
  if (after === null) return [];
  const events: WorkflowLifecycleEvent[] = [];
  const livesOn = !isTerminal(after.status) && after.status !== "paused";
  if (after.revived || (before.status === "paused" && livesOn)) {
    events.push({ ...base, type: "workflow.resumed", resumingAtStep: after.currentStep });
  }
  if (after.status !== before.status || after.revived) events.push(...arrivalAt(told, after));
  return events;
}

function arrivalAt(told: ToldTransition, after: InstanceChange): WorkflowLifecycleEvent[] {
  const timestamp = (after.completedAt ?? told.facts.at).toISOString();
  const base = { ...told.base, timestamp };
  switch (after.status) {
    case "completed":
      return [
        {
          ...base,
          type: "workflow.completed",
          status: "completed",
          finalStep: finalStep(told),
          durationSeconds: secondsBetween(told.facts.startedAt, after.completedAt),
        },
      ];
    case "failed":
      return [{ ...base, type: "workflow.failed", ...failureOf(told, after) }];
    case "canceled": {
      const error = after.error ?? "";
      const reason = error.startsWith(CANCELED) ? error.slice(CANCELED.length) : error;
      return [{ ...base, type: "workflow.canceled", reason, currentStep: stoodAt(told) }];
    }
    case "paused":
      return [{ ...base, type: "workflow.paused", pausedAtStep: after.currentStep }];
    case "waiting":
      return [{ ...base, type: "workflow.waiting", stepName: after.currentStep }];
    case "pending":
    case "running":
      return [];
  }
}

/** The step that ended last by itself. */
function finalStep({ changes, stepName }: ToldTransition): string | null {
  const ended = changes.executions.filter(
    ({ endedAt, status }) => endedAt !== null && status !== "canceled",
  );
  const ranAhead = changes.newExecutions.flatMap(({ executionId, end }) =>
    end === null ? [] : { executionId, sequence: end.sequence },
  );
  const last = [...ended, ...ranAhead]
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0))
    .at(-1);
  return last === undefined ? null : stepName(last.executionId);
}

/** What failed the instance; where it has undone steps since then, the details lie in its history. */
function failureOf({ changes, stepName }: ToldTransition, after: InstanceChange) {
  const failedStep = after.memory.failure?.stepName ?? null;
  const cause: StepError | null =
    changes.executions.find(
      ({ status, executionId }) => status === "failed" && stepName(executionId) === failedStep,
    )?.error ?? null;
  return {
    error: after.error ?? "",
    failedStep: failedStep === "" ? null : failedStep,
    errorType: cause?.type ?? null,
    stackTrace: cause?.stack ?? null,
  };
}

function stoodAt({ before }: ToldTransition): string | null {
  const outer = before.tokens.filter((token) => token.membership === null);
  return (outer.find((token) => token.status !== "pending") ?? outer[0])?.stepName ?? null;
}
