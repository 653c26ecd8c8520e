import type { Piece } from "@drover/engine";
import type { StepServices } from "../process-step.ts";
import { NEAR } from "../commands.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;

/** Items between two looks at whether it is still this worker's turn. */
const PIECE = 2_000;

/**
 * Hands everything over anew to a queue that was emptied: Postgres knows what is scheduled. One
 * worker at a time does so. Emptied once more meanwhile, the queue is filled again from the start;
 * what is handed over twice has one id and is one job.
 */
export function refillQueueDuty({ store, queue, logger, isDraining, ports }: StepServices): Duty {
  const run = async () => {
    if (isDraining() || (await queue.isIntact())) return;
    const turn = await queue.takeTurn();
    if (turn === null) return;
    const begun = ports.monotonic();
    const goesOn = () => turn.keep();
    try {
      const steps = await handOver(
        (after) => store.listScheduled(after, PIECE),
        (items) => queue.enqueue(items),
        goesOn,
      );
      const timers = await handOver(
        (after) => store.listNearTimers(NEAR, after, PIECE),
        (items) => queue.setTimers(items),
        goesOn,
      );
      const milliseconds = Math.round(ports.monotonic() - begun);
      if (steps !== null && timers !== null && (await turn.finish())) {
        logger.info({ steps, timers, milliseconds }, "filled a queue that was empty");
      } else {
        logger.warn({ milliseconds }, "the queue has lost something again; it is filled anew");
      }
    } catch (error) {
      // Nobody has to wait until the turn ends by itself; where that cannot be told, it does.
      await turn.giveUp().catch(() => {});
      throw error;
    }
  };
  return { name: "refill-queue", every: EVERY, run };
}

/**
 * Reads pieces and hands them over, the next one being read meanwhile.
 * @returns how many items there were; null when it was to end before
 */
async function handOver<Item>(
  read: (after: string | null) => Promise<Piece<Item>>,
  give: (items: readonly Item[]) => Promise<void>,
  goesOn: () => Promise<boolean>,
): Promise<number | null> {
  let given = 0;
  let next: Promise<Piece<Item>> | null = read(null);
  while (next !== null) {
    const { items, end }: Piece<Item> = await next;
    next = items.length < PIECE ? null : read(end);
    // Awaited in the next round; where this one fails, nobody asks for it any more.
    next?.catch(() => {});
    await give(items);
    if (!(await goesOn())) return null;
    given += items.length;
  }
  return given;
}
