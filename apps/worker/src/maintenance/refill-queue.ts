import type { ExecutionId } from "@drover/engine";
import type { StepServices } from "../process-step.ts";
import { NEAR } from "../commands.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;
const PIECE = 1_000;

/** Hands everything over anew to a queue that was emptied: Postgres knows what is scheduled. */
export function refillQueueDuty({ store, queue, logger }: StepServices): Duty {
  const run = async () => {
    if (await queue.isIntact()) return;
    let handedOver = 0;
    let last: ExecutionId | null = null;
    for (;;) {
      const piece = await store.listScheduled(last, PIECE);
      await queue.enqueue(piece);
      handedOver += piece.length;
      last = piece.at(-1)?.executionId ?? null;
      if (last === null || piece.length < PIECE) break;
    }
    const timers = await store.listDueTimers(NEAR, PIECE);
    await queue.setTimers(timers);
    await queue.markIntact();
    logger.info({ steps: handedOver, timers: timers.length }, "filled a queue that was empty");
  };
  return { name: "refill-queue", every: EVERY, run };
}
