import type { InstanceId } from "@drover/engine";
import { NEAR, performCommands } from "../commands.ts";
import { fireTimer } from "../process-timer.ts";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const PIECE = 500;

/** Fires timers that are due; their delayed jobs are more precise, this is what makes them sure. */
export function fireTimersDuty(services: StepServices): Duty {
  const run = async () => {
    const due = await services.store.listDueTimers(0, PIECE);
    // All at once: what is committed in the same moment is committed together.
    await Promise.all(due.map((timer) => fireTimer(services, timer)));
  };
  return { name: "fire-timers", every: 500, run };
}

async function passDeadline(services: StepServices, instanceId: InstanceId): Promise<void> {
  const passed = await services.store.dispatch(instanceId, { type: "deadline.passed" });
  services.lifecycle.committed(passed);
  if (passed.kind === "committed") await performCommands(services, passed.commands);
}

/** Ends instances that should have ended by themselves. */
export function passDeadlinesDuty(services: StepServices): Duty {
  const run = async () => {
    for (const instanceId of await services.store.listPassedDeadlines(PIECE)) {
      // One that cannot be ended must not keep the others from it.
      await passDeadline(services, instanceId).catch((error: unknown) => {
        services.logger.warn({ err: error, instanceId }, "an instance could not be ended in time");
      });
    }
  };
  return { name: "pass-deadlines", every: 500, run };
}

/**
 * Gives timers that come near a delayed job, for precision. Each is handed over once by each worker:
 * a round goes on where the one before has ended, and an emptied queue is filled by its own duty.
 */
export function nearTimersDuty({ store, queue }: StepServices): Duty {
  let handedOver: string | null = null;
  const run = async () => {
    for (;;) {
      const { items, end } = await store.listNearTimers(NEAR, handedOver, PIECE);
      await queue.setTimers(items);
      handedOver = end;
      if (items.length < PIECE) return;
    }
  };
  return { name: "near-timers", every: NEAR / 2, run };
}
