import type { WorkflowContext } from "../context/workflow-context.ts";
import type { Step } from "../definition/step.ts";
import { StepExecutionError } from "../errors.ts";
import { toJson, type JsonValue } from "../json.ts";

/**
 * Runs a step's code by itself, outside of any instance and without its retries: `canExecute` →
 * `execute` → `onSuccess`, and on an error `onFailure`. What the step sets is found in the context.
 * @param previousResult what the step sees as `_previous_result`; the context's own unless given
 * @returns what the step returns; null where it is skipped or has handled its failure
 * @throws StepExecutionError with what the step has thrown as its cause
 */
export async function executeStep(
  step: Step,
  context: WorkflowContext,
  previousResult?: JsonValue,
): Promise<JsonValue> {
  const name = step.name || context.currentStep;
  const own = previousResult === undefined ? context : context.withStep(name, previousResult);
  try {
    return await run(step, own, name);
  } finally {
    if (own !== context) {
      for (const [key, value] of Object.entries(own.changes)) context.set(key, value);
    }
  }
}

async function run(step: Step, context: WorkflowContext, name: string): Promise<JsonValue> {
  try {
    if (!(await step.canExecute(context))) return null;
    const result = toJson((await step.execute(context)) ?? null, `result of step '${name}'`);
    await step.onSuccess(context, result);
    return result;
  } catch (error) {
    try {
      await step.onFailure(context, error);
      return null;
    } catch (thrown) {
      throw new StepExecutionError(name, thrown);
    }
  }
}
