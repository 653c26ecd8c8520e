import type { Abortable, RunPorts, Timers } from "@drover/engine";
import { hashToken } from "./hash-token.ts";

/** `setTimeout` takes longer ones for none at all. Milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Node's alarms, also for limits of many days. */
export const timers: Timers = {
  after(milliseconds, callback) {
    let timeout: NodeJS.Timeout;
    const arm = (left: number) => {
      const now = Math.min(left, LONGEST_TIMEOUT);
      timeout = setTimeout(() => (left > now ? arm(left - now) : callback()), now);
    };
    arm(milliseconds);
    return () => clearTimeout(timeout);
  },
};

export function abortable(outer: AbortSignal): Abortable {
  const controller = new AbortController();
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    abort: (reason) => controller.abort(reason),
  };
}

/** What runs of steps' code get of the platform. */
export const runPorts: RunPorts = {
  now: () => new Date(),
  random: Math.random,
  hashToken,
  timers,
  abortable,
};
