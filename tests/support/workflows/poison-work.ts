import { setTimeout as pause } from "node:timers/promises";
import { MachineStep, WorkflowDefinition } from "@drover/engine";
import { gateIsOpen } from "../journal.ts";

/** Milliseconds of work in which an innocent step can be hit by what a neighbour does. */
const WORK = 1_500;

/** Milliseconds after which the poison works: its neighbours are in the middle of their work. */
const INCUBATION = 200;

/** Milliseconds after which nobody watches any more who would let a blocked process go. */
const LONGEST_BLOCK = 300_000;

/** A single step. */
function ofOneStep<Data extends object>(
  name: string,
  step: MachineStep<Data>,
): WorkflowDefinition<Data> {
  return new WorkflowDefinition<Data>({
    name,
    version: "1.0.0",
    steps: { [name]: step },
    edges: [],
    initialStep: name,
  });
}

/** Ends its process without a word, as a process does that has no memory left. */
export const poison = ofOneStep(
  "poison",
  new MachineStep({
    execute: async () => {
      await pause(INCUBATION);
      process.kill(process.pid, "SIGKILL");
    },
    // To try again is of no use; nobody gets as far as this.
    retry: { maxAttempts: 100, initialInterval: 0 },
  }),
);

/** Works for a while and is not to blame. */
export const innocent = ofOneStep(
  "innocent",
  new MachineStep({ execute: async () => pause(WORK, null) }),
);

/**
 * Silences its worker by computing without a pause until the test opens its gate, and does not want to
 * be run again after that.
 */
export const blocking = ofOneStep(
  "blocking",
  new MachineStep<{ directory: string }>({
    maxLostAttempts: 1,
    execute: (context) => {
      const end = performance.now() + LONGEST_BLOCK;
      while (!gateIsOpen(context.get("directory", "")) && performance.now() < end);
    },
  }),
);

/** Takes all the memory that its process may have. */
export const hungry = ofOneStep(
  "hungry",
  new MachineStep({
    maxLostAttempts: 1,
    execute: () => {
      for (const kept: number[][] = []; ;) kept.push(Array.from({ length: 10_000 }, Math.random));
    },
  }),
);
