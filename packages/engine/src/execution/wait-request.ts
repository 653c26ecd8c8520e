import type { WorkflowContext } from "../context/workflow-context.ts";
import { after } from "../definition/duration.ts";
import { HumanStep } from "../definition/human-step.ts";
import { toMoment } from "../definition/moment.ts";
import type { Step } from "../definition/step.ts";
import { TimerStep } from "../definition/timer-step.ts";
import { SignalStep } from "../definition/signal-step.ts";
import { StepGroup } from "../definition/step-group.ts";
import { SubWorkflowStep } from "../definition/sub-workflow-step.ts";
import { WebhookStep } from "../definition/webhook-step.ts";
import { errorText, StepContractError } from "../errors.ts";
import { toJsonObject } from "../json.ts";
import { demandSize, LARGEST_PAYLOAD } from "../payload-limits.ts";
import type {
  CallbackRequest,
  ChildRequest,
  SignalRequest,
  TimerRequest,
  WaitRequest,
} from "../state/events.ts";
import { groupRequest } from "./group-request.ts";
import type { StartChild } from "./step-run.ts";
import { taskRequest } from "./task-request.ts";

/** What turns a step's hooks into a request: its name in the definition, clock and hash. */
interface WaitSetting {
  readonly stepName: string;
  readonly now: () => Date;
  readonly hashToken: (token: string) => string;
  readonly startChild: StartChild;
}

/**
 * What a step wants to wait for before its `execute`; null for steps that run right through.
 * @throws StepContractError or RangeError when a hook says something that is no wait, and whatever
 *   the hooks throw
 */
export function waitRequest(
  setting: WaitSetting,
  step: Step,
  context: WorkflowContext,
): WaitRequest | null | Promise<WaitRequest | null> {
  if (step instanceof HumanStep) return taskRequest(step, setting.stepName, context, setting.now());
  if (step instanceof TimerStep) return timerRequest(setting, step, context);
  if (step instanceof WebhookStep) return callbackRequest(setting, step, context);
  if (step instanceof SignalStep) return signalRequest(setting, step);
  if (step instanceof SubWorkflowStep) return childRequest(setting, step, context);
  return step instanceof StepGroup ? groupRequest(setting.stepName, step, context) : null;
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

function signalRequest({ stepName, now }: WaitSetting, step: SignalStep): SignalRequest {
  const timeoutAt = step.timeout === null ? null : after(now(), step.timeout);
  return { kind: "signal", name: step.signal ?? stepName, timeoutAt };
}

async function childRequest(
  { stepName, startChild }: WaitSetting,
  step: SubWorkflowStep,
  context: WorkflowContext,
): Promise<ChildRequest> {
  if (step.workflow === "") throw new StepContractError(stepName, "needs a workflow to start");
  const what = `input that step '${stepName}' gives`;
  const input = demandSize(toJsonObject(await step.input(context), what), what, LARGEST_PAYLOAD);
  const { workflow, version, wait: waits } = step;
  return { kind: "child", instance: await startChild({ workflow, version, input, waits }) };
}
