import {
  MachineStep,
  SubWorkflowStep,
  toJson,
  type Duration,
  type JsonObject,
  type JsonValue,
  type Step,
  type WorkflowContext,
  type WorkflowDefinition,
} from "@drover/engine";
import { inMilliseconds } from "./words.ts";

/** One run of a step's code, as it is told to those who look at it afterwards. */
export interface StepCall {
  readonly stepName: string;
  /** Which run of this step in the whole test it is, from 1. */
  readonly number: number;
  /** Which try of this execution it is, from 1. */
  readonly tryNumber: number;
  readonly executionId: string;
  readonly instanceId: string;
  /** The context's data when the code began. */
  readonly data: JsonObject;
  readonly previousResult: JsonValue;
  /** What had woken the step: a form, a payload. */
  readonly submission: JsonValue;
  /** Inside of a map. */
  readonly item: JsonValue | undefined;
  readonly itemIndex: number | undefined;
  readonly at: Date;
}

/** What a stub may ask for besides its context. */
export interface StubCall extends StepCall {
  /** Lets virtual time pass before the code goes on. @throws when the step is told to stop */
  takes(duration: Duration): Promise<void>;
}

/** Stands for a step's `execute`. */
export type StubCode = (context: WorkflowContext, call: StubCall) => unknown;

/** Stands for the code of a step: for its `execute`, or for the hooks that are named. */
export type StepStub = StubCode | StubHooks;

export interface StubHooks {
  readonly execute?: StubCode;
  readonly canExecute?: (context: WorkflowContext) => boolean | Promise<boolean>;
  readonly onSuccess?: (context: WorkflowContext, result: unknown) => void | Promise<void>;
  readonly compensate?: (context: WorkflowContext) => unknown;
  /** Of webhook steps. */
  readonly getCallbackToken?: (context: WorkflowContext) => string | Promise<string>;
}

/**
 * Code whose first calls fail.
 * @param result what later calls come to, or a stub that is asked; null unless given
 */
export function failTimes(times: number, error: Error, result: unknown = null): StubCode {
  return (context, call) => {
    if (call.number <= times) throw error;
    return resultOf(result, context, call);
  };
}

/** Code that takes its (virtual) time and then comes to a result, or to what a stub says. */
export function takes(duration: Duration, result: unknown = null): StubCode {
  return async (context, call) => {
    await call.takes(inMilliseconds(duration));
    return resultOf(result, context, call);
  };
}

function resultOf(result: unknown, context: WorkflowContext, call: StubCall): unknown {
  // Functions are no JSON: one that is given as a result can only be meant to be asked.
  return typeof result === "function" ? (result as StubCode)(context, call) : result;
}

/** What stubs get from the run that they stand in. */
export interface Stage {
  readonly now: () => Date;
  /** Notes a call, and gives its number. */
  readonly note: (call: Omit<StepCall, "number">) => StepCall;
  readonly sleep: (context: WorkflowContext, duration: Duration) => Promise<void>;
}

/**
 * A definition whose steps are watched, and some of them replaced. Everything else of a step stays:
 * its retries and time limits, who is asked, how long a timer waits.
 */
export function staged(
  definition: WorkflowDefinition,
  stubs: Readonly<Record<string, StepStub>>,
  stage: Stage,
): WorkflowDefinition {
  const steps = new Map<string, Step>();
  for (const [name, step] of definition.steps) {
    const stub = stubs[name];
    const hooks = typeof stub === "function" ? { execute: stub } : stub;
    steps.set(name, stagedStep(name, step, hooks ?? null, stage));
  }
  return proxied(definition, { steps });
}

function stagedStep(name: string, step: Step, hooks: StubHooks | null, stage: Stage): Step {
  const code: StubCode = hooks?.execute ?? ((context) => step.execute(context));
  const execute = (context: WorkflowContext) => {
    const noted = stage.note(callOf(name, context, stage.now()));
    return code(context, { ...noted, takes: (duration) => stage.sleep(context, duration) });
  };
  const { execute: _, ...others } = hooks ?? {};
  // A stub for a whole workflow inside: none is started, the step is its stub alone.
  const isWhole = hooks?.execute !== undefined && step instanceof SubWorkflowStep;
  return proxied(step, { ...others, execute }, isWhole ? MachineStep.prototype : undefined);
}

function callOf(stepName: string, context: WorkflowContext, at: Date): Omit<StepCall, "number"> {
  return {
    stepName,
    tryNumber: context.tryNumber,
    executionId: context.idempotencyKey,
    instanceId: context.instanceId,
    // What is set later must not show in what was noted: the same JSON, copied.
    data: toJson(context.data, "data") as JsonObject,
    previousResult: context.get("_previous_result"),
    submission: context.submission,
    item: context.item,
    itemIndex: context.itemIndex,
    at,
  };
}

/**
 * An object that is the target with some members replaced. Methods still run on the target itself:
 * its private fields are not those of a copy.
 * @param prototype whose instance it passes for; the target's own unless given
 */
function proxied<Target extends object>(
  target: Target,
  members: object,
  prototype?: object,
): Target {
  return new Proxy(target, {
    get(own, key) {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const value: unknown = Reflect.get(own, key, own);
      return typeof value === "function" ? value.bind(own) : value;
    },
    getPrototypeOf: (own) => prototype ?? Reflect.getPrototypeOf(own),
  });
}
