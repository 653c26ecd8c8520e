import { setTimeout as pause } from "node:timers/promises";
import {
  MachineStep,
  type RetryPolicy,
  type StepOptions,
  type WorkflowContext,
} from "@drover/engine";
import { sendEffect } from "../effects.ts";
import { writeEntry } from "../journal.ts";

/*
 * Steps for the storm of tests/faults/flow-under-faults.test.ts and for chaos: they tell what they
 * do and fail by a draw that the test can make, too.
 */

/** Tries of a step in all; when the draw lets all of them fail, so does the step. */
export const TRIES = 4;

/** How often the loop of the sums is gone through. */
export const SUM_ROUNDS = 3;

/** Milliseconds that the work of a step takes, for a kill to hit some in the middle. */
const MOMENT = 5;

/** The share of tries that fail. */
const FAILING = 0.35;

export interface Stormy {
  /** The folder of the test's journal. */
  directory: string;
  /** Where the test's recorder listens; steps tell it and no journal when it is there. */
  recorder: string;
  /** How long the work of a step takes. Milliseconds. */
  takes: number;
  /** What all draws of this instance come from. */
  seed: number;
  /** How many items the map has. */
  items: number;
  /** Where the instance has to fail; nowhere when it is missing. */
  breaks: string;
  doubled: number;
  /** What the steps of the sums have added up. */
  total: number;
}

export type StormyContext = WorkflowContext<Stormy>;

/** From 0 to 1, the same for the same words (FNV-1a). */
function draw(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join("|")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

function tryFails(seed: number, step: string, index: number, attempt: number): boolean {
  return draw(seed, step, index, attempt) < FAILING;
}

/** How many tries of a step fail before one succeeds; TRIES when none does. */
function failedTries(seed: number, step: string, index = -1): number {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (!tryFails(seed, step, index, attempt)) return attempt - 1;
  }
  return TRIES;
}

/** Whether a step fails whatever is tried. */
export function failsForGood(seed: number, step: string, index = -1): boolean {
  return failedTries(seed, step, index) === TRIES;
}

const retry: RetryPolicy = {
  maxAttempts: TRIES,
  initialInterval: 50,
  maxInterval: 200,
  jitter: 0.1,
};

/** Tells the world outside what a step does, where no transaction takes it back. */
export async function note(
  context: StormyContext,
  event: "started" | "ended",
  reason: string | null,
): Promise<void> {
  const entry = {
    instance: context.instanceId,
    step: `${context.currentStep}${context.itemIndex === undefined ? "" : `[${context.itemIndex}]`}`,
    event,
    attempt: context.attempt,
    key: context.idempotencyKey,
    pid: process.pid,
    reason,
  };
  const recorder = context.get("recorder");
  if (recorder === undefined) writeEntry(context.get("directory", ""), entry);
  else await sendEffect(recorder, { ...entry, tryNumber: context.tryNumber });
}

/** A step that writes down that it runs, and what it does. */
export function plain(
  name: string,
  execute: (context: StormyContext) => unknown = () => name,
  options: StepOptions<Stormy> = {},
): MachineStep<Stormy> {
  return new MachineStep<Stormy>({
    name,
    ...options,
    execute: async (context) => {
      await note(context, "started", null);
      await pause(context.get("takes", MOMENT));
      if (context.get("breaks") === name) throw new RangeError(`${name} is broken`);
      const result = execute(context);
      await note(context, "ended", JSON.stringify(result) ?? null);
      return result;
    },
  });
}

/** As `plain`, with tries that fail by draw. */
export function shaky(
  name: string,
  execute: (context: StormyContext) => unknown = () => name,
  options: StepOptions<Stormy> = {},
): MachineStep<Stormy> {
  return plain(name, shaken(name, execute), { retry, ...options });
}

/** Fails by draw before it does anything. */
function shaken(name: string, execute: (context: StormyContext) => unknown) {
  return (context: StormyContext) => {
    const { tryNumber, itemIndex = -1 } = context;
    if (tryFails(context.get("seed", 0), name, itemIndex, tryNumber)) {
      throw new Error(`${name}: bad luck at try ${tryNumber}`);
    }
    return execute(context);
  };
}

/** A step without an effect: it tells nobody what it does, and runs ahead of what is written. */
export function silent(
  name: string,
  execute: (context: StormyContext) => unknown,
  options: StepOptions<Stormy> = {},
): MachineStep<Stormy> {
  return new MachineStep<Stormy>({ name, ...options, execute, pure: true });
}

/** As `silent`, with tries that fail by draw. */
export function silentShaky(
  name: string,
  execute: (context: StormyContext) => unknown,
  options: StepOptions<Stormy> = {},
): MachineStep<Stormy> {
  return silent(name, shaken(name, execute), { retry, ...options });
}

/** What undoes a step. */
export async function undo(context: StormyContext): Promise<string> {
  await note(context, "ended", "undone");
  return "undone";
}
