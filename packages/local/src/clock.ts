import type { Timers } from "@drover/engine";
import { timers } from "@drover/platform";

/** What an engine knows of time: how late it is, and to be woken. */
export interface Clock {
  now(): Date;
  /**
   * Calls back once, when it is that late; soon where it is already, and never at once.
   * @returns cancels; of no effect once it has called
   */
  wakeAt(moment: Date, callback: () => void): () => void;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  wakeAt: (moment, callback) => timers.after(Math.max(0, moment.getTime() - Date.now()), callback),
};

/** Alarms for the limits of steps' time, by the engine's own clock. */
export function timersOf(clock: Clock): Timers {
  return {
    after: (milliseconds, callback) =>
      clock.wakeAt(new Date(clock.now().getTime() + milliseconds), callback),
  };
}
