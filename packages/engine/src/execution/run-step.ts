import type { WorkflowContext } from "../context/workflow-context.ts";
import type { Step } from "../definition/step.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import { StepContractError } from "../errors.ts";
import type { EdgeIndex } from "../graph/flow-graph.ts";
import { toJson, type JsonObject, type JsonValue } from "../json.ts";
import type { StepError, WaitRequest } from "../state/events.ts";
import { outgoingEdges } from "./outgoing-edges.ts";
import { describeError } from "./step-error.ts";
import { waitRequest } from "./wait-request.ts";

/** One run of one step's code. */
export interface StepRun {
  readonly definition: WorkflowDefinition;
  readonly stepName: string;
  readonly context: WorkflowContext;
  /** Whether what the step waited for has come; the code after the wait runs now. */
  readonly resumed: boolean;
  /** The clock, for durations that count from now. */
  readonly now: () => Date;
  /** SHA-256 of a callback token, hexadecimal. */
  readonly hashToken: (token: string) => string;
}

/** What a run came to. Never an exception: whatever user code throws is an outcome. */
export type StepOutcome = { readonly contextChanges: JsonObject } & (
  | { readonly type: "succeeded"; readonly result: JsonValue; readonly edges: readonly EdgeIndex[] }
  | { readonly type: "skipped"; readonly edges: readonly EdgeIndex[] }
  | {
      readonly type: "failed";
      readonly error: StepError;
      readonly handled: boolean;
      readonly edges: readonly EdgeIndex[];
    }
  | { readonly type: "waiting"; readonly wait: WaitRequest }
);

/** What the step's own code came to, before the edges are asked. */
type Lived =
  | { readonly type: "succeeded"; readonly result: JsonValue; readonly decision: unknown }
  | { readonly type: "skipped" }
  | { readonly type: "handled"; readonly error: StepError }
  | { readonly type: "waiting"; readonly wait: WaitRequest };

/**
 * Runs a step: `canExecute` → (wait) → `execute` → `onSuccess`, errors to `onFailure`, and then
 * asks the conditions where the flow goes.
 */
export async function runStep(run: StepRun): Promise<StepOutcome> {
  try {
    const lived = await live(run);
    // Changes are read after the edges were asked; conditions only read.
    switch (lived.type) {
      case "succeeded": {
        const edges = edgesOf(run, lived.decision);
        return outcome(run, { type: "succeeded", result: lived.result, edges });
      }
      case "skipped":
        return outcome(run, { type: "skipped", edges: edgesOf(run, undefined) });
      case "handled": {
        const edges = edgesOf(run, undefined);
        return outcome(run, { type: "failed", error: lived.error, handled: true, edges });
      }
      case "waiting":
        return outcome(run, { type: "waiting", wait: lived.wait });
    }
  } catch (error) {
    return outcome(run, { type: "failed", error: describeError(error), handled: false, edges: [] });
  }
}

async function live(run: StepRun): Promise<Lived> {
  const { context } = run;
  const step = stepOf(run);
  try {
    if (!run.resumed) {
      if (!(await step.canExecute(context))) return { type: "skipped" };
      const wait = await waitRequest(run, step, context);
      if (wait !== null) return { type: "waiting", wait };
    }
    const decision = await step.execute(context);
    const result = toJson(decision ?? null, `result of step '${run.stepName}'`);
    await step.onSuccess(context, result);
    return { type: "succeeded", result, decision };
  } catch (error) {
    // Code that was told to stop and did so has not failed: nobody handles that.
    if (context.signal.aborted) throw error;
    await step.onFailure(context, error);
    return { type: "handled", error: describeError(error) };
  }
}

function stepOf({ definition, stepName }: StepRun): Step {
  const step = definition.steps.get(stepName);
  if (step === undefined) throw new StepContractError(stepName, "not found in definition");
  return step;
}

function edgesOf(run: StepRun, decision: unknown): EdgeIndex[] {
  return outgoingEdges(run.definition, run.stepName, run.context, decision);
}

type Body<T = StepOutcome> = T extends unknown ? Omit<T, "contextChanges"> : never;

function outcome(run: { context: WorkflowContext }, body: Body): StepOutcome {
  return { ...body, contextChanges: run.context.changes };
}
