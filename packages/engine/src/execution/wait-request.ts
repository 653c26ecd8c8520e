import type { WorkflowContext } from "../context/workflow-context.ts";
import { after } from "../definition/duration.ts";
import { HumanStep } from "../definition/human-step.ts";
import { toMoment } from "../definition/moment.ts";
import type { Step } from "../definition/step.ts";
import { TimerStep } from "../definition/timer-step.ts";
import { WebhookStep } from "../definition/webhook-step.ts";
import { errorText, StepContractError } from "../errors.ts";
import type { CallbackRequest, TimerRequest, WaitRequest } from "../state/events.ts";
import { taskRequest } from "./task-request.ts";

/** What turns a step's hooks into a request: its name in the definition, clock and hash. */
interface WaitSetting {
  readonly stepName: string;
  readonly now: () => Date;
  readonly hashToken: (token: string) => string;
}

/**
 * What a step wants to wait for before its `execute`; null for steps that run right through.
 * @throws StepContractError or RangeError when a hook says something that is no wait, and whatever
 *   the hooks throw
 */
export async function waitRequest(
  setting: WaitSetting,
  step: Step,
  context: WorkflowContext,
): Promise<WaitRequest | null> {
  if (step instanceof HumanStep) return taskRequest(step, setting.stepName, context, setting.now());
  if (step instanceof TimerStep) return timerRequest(setting, step, context);
  return step instanceof WebhookStep ? callbackRequest(setting, step, context) : null;
}

async function timerRequest(
  { stepName, now }: WaitSetting,
  step: TimerStep,
  context: WorkflowContext,
): Promise<TimerRequest | null> {
  const begin = now();
  const fireAt =
    step.waitsFor(stepName) === "duration"
      ? after(begin, await step.getDuration(context))
      : untilOf(stepName, await step.getUntil(context));
  return fireAt > begin ? { kind: "timer", fireAt } : null;
}

function untilOf(stepName: string, until: Date | string): Date {
  try {
    return toMoment(until);
  } catch (error) {
    throw new StepContractError(stepName, `has an until that is no date: ${errorText(error)}`);
  }
}

async function callbackRequest(
  { stepName, hashToken }: WaitSetting,
  step: WebhookStep,
  context: WorkflowContext,
): Promise<CallbackRequest> {
  const token = await step.getCallbackToken(context);
  if (typeof token !== "string" || token === "") {
    throw new StepContractError(stepName, "must have a callback token that is not empty");
  }
  return { kind: "callback", tokenHash: hashToken(token), callbackKey: step.callbackKey };
}
