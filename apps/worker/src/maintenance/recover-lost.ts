import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;

/** Takes back what workers held that have been silent for `lostAfter` milliseconds. */
export function recoverLostDuty({ store, queue, logger }: StepServices, lostAfter: number): Duty {
  const run = async () => {
    const recovered = await store.recoverLostExecutions(lostAfter);
    if (recovered.length === 0) return;
    logger.warn({ steps: recovered.length }, "took back the steps of workers that are silent");
    await queue.enqueue(recovered);
  };
  return { name: "recover-lost", every: EVERY, run };
}
