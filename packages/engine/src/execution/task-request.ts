import type { WorkflowContext } from "../context/workflow-context.ts";
import { after, type Duration } from "../definition/duration.ts";
import type { HumanStep } from "../definition/human-step.ts";
import { StepContractError } from "../errors.ts";
import { stepLabel } from "../graph/step-label.ts";
import { toJson } from "../json.ts";
import type { TaskRequest } from "../state/events.ts";

/** Widths of the task's columns. Characters. */
const LONGEST_TITLE = 500;
const LONGEST_PERSON = 255;

/** Characters; who has more to say gives it to the form or to the context. */
const LONGEST_DESCRIPTION = 100_000;

/**
 * The task that a human step asks for, from its fields and hooks.
 * @param now from when due and reminder dates given as durations count
 */
export async function taskRequest(
  step: HumanStep,
  stepName: string,
  context: WorkflowContext,
  now: Date,
): Promise<TaskRequest> {
  const title = (await step.getTitle(context)) || stepLabel(stepName);
  const description = await step.getDescription(context);
  return {
    kind: "task",
    title: text(stepName, "title", title, LONGEST_TITLE) ?? stepLabel(stepName),
    description: text(stepName, "description", description || null, LONGEST_DESCRIPTION),
    formSchema: step.formSchema,
    assigneeId: text(stepName, "assignee", await step.getAssignee(context), LONGEST_PERSON),
    assigneeGroup: text(
      stepName,
      "assignee group",
      await step.getAssigneeGroup(context),
      LONGEST_PERSON,
    ),
    dueAt: moment(stepName, "due date", await step.getDueDate(context), now),
    reminderAt: moment(stepName, "reminder date", await step.getReminderDate(context), now),
  };
}

function text(
  stepName: string,
  what: string,
  value: string | null | undefined,
  longest: number,
): string | null {
  if (value === null || value === undefined || value === "") return null;
  toJson(value, `${what} of step '${stepName}'`);
  if (value.length > longest) {
    throw new StepContractError(stepName, `has a ${what} of more than ${longest} characters`);
  }
  return value;
}

function moment(
  stepName: string,
  what: string,
  value: Date | Duration | null | undefined,
  now: Date,
): Date | null {
  if (value === null || value === undefined) return null;
  const date = value instanceof Date ? value : after(now, value);
  if (Number.isNaN(date.getTime())) {
    throw new StepContractError(stepName, `has a ${what} that is no date`);
  }
  return date;
}
