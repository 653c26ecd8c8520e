import type { RunPorts, Timers } from "@drover/engine";
import { runPorts } from "./run-ports.ts";

/**
 * What a process knows of time and chance. Processes are given it and ask nobody else, so that a
 * simulation can put its own in the place.
 */
export interface ProcessPorts extends RunPorts {
  /** Milliseconds since some moment: goes on evenly, whatever becomes of the time of day. */
  readonly monotonic: () => number;
  /**
   * Calls back once everything that can go on just now has gone on: what came with the same answer
   * of a server can then be dealt with together. Takes no time of its own.
   */
  readonly soon: (callback: () => void) => void;
}

/** Time and chance of this machine. */
export const processPorts: ProcessPorts = {
  ...runPorts,
  monotonic: () => performance.now(),
  soon: (callback) => void setImmediate(callback),
};

/** Resolves after so many milliseconds, or as soon as the signal says stop. */
export function wait(timers: Timers, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = timers.after(milliseconds, end);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** @returns whether the work was done within so many milliseconds */
export async function within(
  timers: Timers,
  milliseconds: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const cancel = timers.after(milliseconds, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
