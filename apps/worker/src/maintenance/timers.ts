import { NEAR } from "../commands.ts";
import { fireTimer } from "../process-timer.ts";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const PIECE = 500;

/** Fires timers that are due; their delayed jobs are more precise, this is what makes them sure. */
export function fireTimersDuty(services: StepServices): Duty {
  const run = async () => {
    for (const timer of await services.store.listDueTimers(0, PIECE)) {
      await fireTimer(services, timer);
    }
  };
  return { name: "fire-timers", every: 500, run };
}

/** Gives timers that come near a delayed job, for precision. */
export function nearTimersDuty({ store, queue }: StepServices): Duty {
  const run = async () => queue.setTimers(await store.listDueTimers(NEAR, PIECE));
  return { name: "near-timers", every: NEAR / 2, run };
}
