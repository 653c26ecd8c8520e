import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";
import type { Pulse } from "./pulse.ts";

const EVERY = 1_000;

/**
 * Takes back what workers held that have been silent for `lostAfter` milliseconds. Only who has
 * beaten all that time may judge: when Postgres was away, everybody was silent.
 */
export function recoverLostDuty(services: StepServices, lostAfter: number, pulse: Pulse): Duty {
  const { store, queue, logger, workerId, ports } = services;
  const run = async () => {
    if (!pulse.isSteadyFor(lostAfter, ports.monotonic())) return;
    const recovered = await store.recoverLostExecutions(lostAfter, workerId);
    if (recovered.length === 0) return;
    logger.warn({ steps: recovered.length }, "took back the steps of workers that are silent");
    await queue.enqueue(recovered);
  };
  return { name: "recover-lost", every: EVERY, run };
}
