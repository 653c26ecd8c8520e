import type { WorkflowContext } from "../context/workflow-context.ts";
import type { Step } from "../definition/step.ts";
import { StepExecutionError } from "../errors.ts";
import { toJson, type JsonValue } from "../json.ts";

/**
 * Runs a step's code by itself, outside of any instance: `canExecute` → `execute` → `onSuccess`, and
 * on an error in any of them `onFailure`. Once: retries, time limits and waits are the business of an
 * instance. What the step sets is in the context afterwards.
 * @param previousResult what the step sees as `_previous_result`; left as it is where not given
 * @returns what the step returns; null where it is skipped or has handled its failure
 * @throws StepExecutionError with what `onFailure` has thrown as its cause
 */
export async function executeStep(
  step: Step,
  context: WorkflowContext,
  previousResult?: JsonValue,
): Promise<JsonValue> {
  const seen = previousResult === undefined ? context : context.after(previousResult);
  try {
    if (!(await step.canExecute(seen))) return null;
    const result = toJson((await step.execute(seen)) ?? null, `result of step '${step.name}'`);
    await step.onSuccess(seen, result);
    return result;
  } catch (error) {
    return handle(step, seen, error);
  }
}

async function handle(step: Step, context: WorkflowContext, error: unknown): Promise<null> {
  try {
    await step.onFailure(context, error);
    return null;
  } catch (thrown) {
    throw new StepExecutionError(step.name || context.currentStep, thrown);
  }
}
