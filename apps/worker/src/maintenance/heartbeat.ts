import { hostname } from "node:os";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";
import type { Pulse } from "./pulse.ts";

/** Milliseconds between two beats at the most. */
const SLOWEST_BEAT = 1_000;

/** As many beats fit into the time after which a worker counts as dead. */
export const BEATS = 4;

/**
 * Milliseconds for what was committed to arrive here. What runs under this worker's name for
 * longer and is not in its hands was lost on the way: the answer to a claim or to a commit.
 */
const ON_THE_WAY = 5_000;

/**
 * Says that the worker lives, stops the code of steps that are no longer its own, and gives up
 * steps that are its own by name alone.
 * @param lostAfter milliseconds of silence after which a worker counts as dead
 */
export function heartbeatDuty(
  services: StepServices,
  concurrency: number,
  lostAfter: number,
  pulse: Pulse,
): Duty {
  const { store, workerId, running, queue, logger, ports, definitions } = services;
  const run = async () => {
    const details = running.takeDetails();
    const beat = store.heartbeat({
      workerId,
      host: hostname().slice(0, 255),
      pid: process.pid,
      concurrency,
      draining: services.isDraining(),
      definitionIds: definitions.ids,
      running: running.steps,
      details,
    });
    const lost = await beat.catch((error: unknown) => {
      running.putBack(details);
      throw error;
    });
    pulse.beat(ports.monotonic());
    for (const step of lost) running.abort(step, "the step was canceled or taken over");
    const strayed = await store.releaseExecutions(workerId, running.steps, ON_THE_WAY);
    if (strayed.length === 0) return;
    logger.warn({ steps: strayed.length }, "gave up steps that had got lost on their way here");
    await queue.enqueueAgain(strayed);
  };
  return { name: "heartbeat", every: Math.min(SLOWEST_BEAT, lostAfter / BEATS), run };
}
