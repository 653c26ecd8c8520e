import type { WorkflowContext } from "../context/workflow-context.ts";
import { after } from "../definition/duration.ts";
import { SignalStep } from "../definition/signal-step.ts";
import type { Step } from "../definition/step.ts";
import { errorText, SignalTimeoutError, StepContractError } from "../errors.ts";
import type { EdgeIndex } from "../graph/flow-graph.ts";
import { toJson, type JsonValue } from "../json.ts";
import type { WaitRequest } from "../state/events.ts";
import type { Resumption } from "../state/instance-state.ts";
import { outgoingEdges } from "./outgoing-edges.ts";
import { mayRetry, retryDelay } from "./retry-policy.ts";
import { describeError, keptError } from "./step-error.ts";
import type { StepOutcome, StepRun } from "./step-run.ts";
import { limitedTry, type LimitedTry } from "./time-limits.ts";
import { waitRequest } from "./wait-request.ts";

/** What the step's own code came to, before the edges are asked. */
type Lived =
  | { readonly type: "succeeded"; readonly result: JsonValue; readonly decision: unknown }
  | { readonly type: "compensated"; readonly result: JsonValue }
  | { readonly type: "skipped" }
  | { readonly type: "waiting"; readonly wait: WaitRequest };

/**
 * Runs a step: `canExecute` → (wait) → `execute` → `onSuccess`, under the limits that the step sets
 * to its time, and then asks the conditions where the flow goes. An error first goes to the retry
 * policy and, where that has no further try for it, to `onFailure`.
 *
 * A compensation runs `compensate` under the same limits and the same policy, and nothing else.
 */
export async function runStep(run: StepRun): Promise<StepOutcome> {
  let step: Step;
  let limited: LimitedTry;
  try {
    step = stepOf(run);
    limited = limitedTry(run, run.stepName, step, run.context);
  } catch (error) {
    return failedForGood(run.context, error);
  }
  const { context } = limited;
  let lived: Lived;
  try {
    lived = await limited.within(() =>
      run.compensation && run.resumption?.kind !== "skip"
        ? compensate(run, step, context)
        : live(run, step, context),
    );
  } catch (error) {
    return afterFailure(run, step, limited.released(), error);
  }
  return goOn(run, context, lived);
}

async function live(run: StepRun, step: Step, context: WorkflowContext): Promise<Lived> {
  const { resumption } = run;
  if (resumption === null) {
    if (!(await step.canExecute(context))) return { type: "skipped" };
    const wait = await waitRequest(run, step, context);
    if (wait !== null) return { type: "waiting", wait };
  } else {
    if (resumption.kind === "skip") return { type: "skipped" };
    takeUp(run, step, context, resumption);
  }
  const decision = await step.execute(context);
  const result = toJson(decision ?? null, `result of step '${run.stepName}'`);
  await step.onSuccess(context, result);
  return { type: "succeeded", result, decision };
}

/** Whether a step has waited for something that went wrong: to try again is to wait again. */
function isBadNews(resumption: Resumption | null): boolean {
  if (resumption === null) return false;
  return (
    resumption.kind === "signal-timeout" || ("error" in resumption && resumption.error !== null)
  );
}

/**
 * What has come is taken in.
 * @throws where what has come is bad news: members or another workflow failed, no signal came
 */
function takeUp(run: StepRun, step: Step, context: WorkflowContext, resumption: Resumption): void {
  if ("error" in resumption && resumption.error !== null) throw keptError(resumption.error);
  if (!(step instanceof SignalStep)) return;
  if (resumption.kind === "signal-timeout" && step.onTimeout === null) {
    throw new SignalTimeoutError(run.stepName, step.signal ?? run.stepName);
  }
  if (resumption.kind === "signal" && step.contextKey !== null) {
    context.set(step.contextKey, resumption.payload);
  }
}

async function compensate(run: StepRun, step: Step, context: WorkflowContext): Promise<Lived> {
  const undone = (await step.compensate(context)) ?? null;
  const result = toJson(undone, `result of the compensation of step '${run.stepName}'`);
  return { type: "compensated", result };
}

/** Where the flow goes after code that has not failed. */
function goOn(run: StepRun, context: WorkflowContext, lived: Lived): StepOutcome {
  try {
    switch (lived.type) {
      case "succeeded": {
        const edges = edgesOf(run, context, lived.decision);
        return outcome(context, { type: "succeeded", result: lived.result, edges });
      }
      case "compensated":
        return outcome(context, { type: "succeeded", result: lived.result, edges: [] });
      case "skipped": {
        return outcome(context, { type: "skipped", edges: edgesOf(run, context, undefined) });
      }
      case "waiting":
        return outcome(context, { type: "waiting", wait: lived.wait });
    }
  } catch (error) {
    // Conditions see nothing but the context: tried again, they would say the same.
    return failedForGood(context, error);
  }
}

/** What follows a try that has failed: another one, what `onFailure` makes of it, or the end. */
async function afterFailure(
  run: StepRun,
  step: Step,
  context: WorkflowContext,
  error: unknown,
): Promise<StepOutcome> {
  try {
    // Code that was told to stop from outside and did so has not failed: nobody handles that.
    if (context.signal.aborted) throw error;
    const retryAt = nextTry(run, step, error);
    if (retryAt !== null) {
      return {
        type: "retrying",
        error: describeError(error),
        retryAt,
        heartbeatDetails: context.latestHeartbeat,
        waitsAnew: isBadNews(run.resumption),
        contextChanges: {},
      };
    }
    if (run.compensation) throw error;
    await step.onFailure(context, error);
    const edges = edgesOf(run, context, undefined);
    return outcome(context, { type: "failed", error: describeError(error), handled: true, edges });
  } catch (thrown) {
    return failedForGood(context, thrown);
  }
}

/** When the code is tried again; null when it is not. */
function nextTry(run: StepRun, { retry }: Step, error: unknown): Date | null {
  if (retry === null) return null;
  const failedTries = run.failedTries + 1;
  try {
    if (!mayRetry(retry, failedTries, error)) return null;
  } catch (thrown) {
    const reason = `has a retry policy that fails: ${errorText(thrown)}`;
    throw new StepContractError(run.stepName, reason, { cause: error });
  }
  return after(run.now(), retryDelay(retry, failedTries, run.random));
}

function failedForGood(context: WorkflowContext, error: unknown): StepOutcome {
  const failed = {
    type: "failed",
    error: describeError(error),
    handled: false,
    edges: [],
  } as const;
  return outcome(context, failed);
}

function stepOf({ definition, stepName }: StepRun): Step {
  const step = definition.steps.get(stepName);
  if (step === undefined) throw new StepContractError(stepName, "not found in definition");
  return step;
}

function edgesOf(run: StepRun, context: WorkflowContext, decision: unknown): EdgeIndex[] {
  // What undoes a step leads nowhere.
  if (run.compensation) return [];
  const timedOut = run.resumption?.kind === "signal-timeout";
  return outgoingEdges(run.definition, run.stepName, context, decision, timedOut);
}

type Body<T = StepOutcome> = T extends unknown ? Omit<T, "contextChanges"> : never;

/** Changes are read once the edges were asked; conditions only read. */
function outcome(context: WorkflowContext, body: Body): StepOutcome {
  return { ...body, contextChanges: context.changes };
}
