import {
  asId,
  MachineStep,
  type ExecutionId,
  type JsonObject,
  type JsonValue,
  type StepOptions,
  type WorkflowContext,
} from "@drover/engine";
import { wait } from "@drover/platform";
import { share } from "../dice.ts";
import { currentProcess } from "../process.ts";
import type { Witness } from "../witness.ts";
import type { Behavior } from "./behavior.ts";

type Context = WorkflowContext;

/** Of a hundred tries of a shaky step so many fail. */
const FAILING = 0.35;
const TRIES = 3;

/** Workers that a step may take with it before it fails. */
export const MOST_LOSSES = 3;

/** What an instance's own draws come from. */
export function seedOf(context: Context): number {
  return Number(context.get("seed") ?? 0);
}

/** A step's key in the context: its own, and its item's inside of a map. Nobody else writes it. */
export function keyOf(context: Context, what: string): string {
  return context.itemIndex === undefined ? what : `${what}[${context.itemIndex}]`;
}

/** How often a step has been here before, in loops: as its own key counts. */
export function visitsOf(context: Context, step: string): number {
  return Number(context.get(keyOf(context, `visits of ${step}`)) ?? 0);
}

/** Code that takes its time, does one thing in the world outside and counts its visits. */
export class StepCode {
  readonly #witness: Witness;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** A step that runs by itself. */
  machine(behavior: Behavior, options: StepOptions = {}): MachineStep {
    return new MachineStep({ ...this.options(behavior), ...options });
  }

  /** A step of which nothing tells but what it keeps: it may run unseen, and in vain. */
  pure(options: StepOptions = {}): MachineStep {
    return new MachineStep({
      pure: true,
      execute: (context) => this.#keep(context),
      ...options,
    });
  }

  /** A step that no worker survives: it fails after some losses. */
  poison(): MachineStep {
    return new MachineStep({
      maxLostAttempts: MOST_LOSSES,
      execute: async (context) => {
        await this.#work(context, 5);
        this.#effect(context, "effect");
        currentProcess().crash();
        await new Promise<never>(() => {});
      },
    });
  }

  /** What any kind of step is given to behave so. */
  options(behavior: Behavior): StepOptions {
    const { isShaky, isHandled, compensates } = behavior;
    return {
      ...(isShaky ? { retry: RETRY } : {}),
      ...(isHandled ? { onFailure: (context: Context) => handled(context) } : {}),
      ...(compensates ? { compensate: (context: Context) => this.#undo(context) } : {}),
      execute: (context: Context) => this.#run(context, behavior),
    };
  }

  async #run(context: Context, { takes, isShaky, isBroken }: Behavior): Promise<JsonValue> {
    const step = context.currentStep;
    await this.#work(context, takes / 2);
    const said = this.#effect(context, "effect");
    context.heartbeat({ step, attempt: context.attempt });
    await this.#work(context, takes / 2);
    if (isBroken) throw new RangeError(`${step} is broken`);
    const draws = [...drawsOf(context), context.tryNumber];
    if (isShaky && share("fails", ...draws) < FAILING) throw new Error(`${step}: bad luck`);
    this.#keep(context);
    return said;
  }

  /** What a step that succeeds leaves in the context. */
  #keep(context: Context): void {
    const step = context.currentStep;
    const draws = drawsOf(context);
    context.set(keyOf(context, `visits of ${step}`), visitsOf(context, step) + 1);
    context.set(keyOf(context, `value of ${step}`), share("value", ...draws));
  }

  async #undo(context: Context): Promise<JsonValue> {
    await this.#work(context, 5);
    return this.#effect(context, "undoing");
  }

  #effect({ idempotencyKey, attempt }: Context, effect: string): JsonObject {
    this.#witness.effect({ executionId: asId<ExecutionId>(idempotencyKey), attempt }, effect);
    return { of: idempotencyKey, attempt, effect };
  }

  /** Ends early where the code is told to stop, as good code does. */
  async #work(context: Context, milliseconds: number): Promise<void> {
    const { signal } = context;
    await wait(currentProcess().ports.timers, milliseconds, signal);
    signal.throwIfAborted();
  }
}

/** What the draws of a step come from, on each of its visits. */
function drawsOf(context: Context) {
  const step = context.currentStep;
  return [seedOf(context), keyOf(context, step), visitsOf(context, step)] as const;
}

const RETRY = {
  maxAttempts: TRIES,
  initialInterval: 100,
  maxInterval: 1_000,
  jitter: 0.2,
} as const;

function handled(context: Context): void {
  const key = `visits of ${context.currentStep}`;
  context.set(keyOf(context, key), visitsOf(context, context.currentStep) + 1);
}
