import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";
import type { Pulse } from "./pulse.ts";

const EVERY = 1_000;
const PIECE = 500;

/**
 * Takes back what workers held that have been silent for `lostAfter` milliseconds. Only who has
 * beaten all that time may judge: when Postgres was away, everybody was silent.
 *
 * What they had scheduled and kept for themselves is in no queue. It looks like what is merely late,
 * so all of that is handed over again; a busy queue would otherwise keep it from being looked at.
 */
export function recoverLostDuty(services: StepServices, lostAfter: number, pulse: Pulse): Duty {
  const { store, queue, logger, workerId, ports } = services;
  const handOverKept = async () => {
    for (;;) {
      const late = await store.takeUndispatched(lostAfter / 2, PIECE);
      if (late.length > 0) await queue.enqueueAgain(late);
      if (late.length < PIECE) return;
    }
  };

  const run = async () => {
    if (!pulse.isSteadyFor(lostAfter, ports.monotonic())) return;
    const recovered = await store.recoverLostExecutions(lostAfter, workerId);
    if (recovered.length === 0) return;
    logger.warn({ steps: recovered.length }, "took back the steps of workers that are silent");
    await queue.enqueueAgain(recovered);
    await handOverKept();
  };
  return { name: "recover-lost", every: EVERY, run };
}
