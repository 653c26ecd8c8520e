import type { Piece } from "@drover/engine";
import type { StepServices } from "../process-step.ts";
import { NEAR } from "../commands.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;

/** Items between two looks at whether it is still this worker's turn. */
const PIECE = 1_000;

/** How far a filling has come: what is handed over, and where the last piece ended. */
interface Progress {
  readonly stage: "steps" | "timers";
  readonly after: string | null;
}

/**
 * Hands everything over anew to a queue that was emptied: Postgres knows what is scheduled. One
 * worker at a time does so; where it fails or dies, the next one goes on. Emptied once more
 * meanwhile, the queue is filled from the start; what is handed over twice has one id and is one job.
 */
export function refillQueueDuty({ store, queue, logger, isDraining, ports }: StepServices): Duty {
  const run = async () => {
    if (isDraining() || (await queue.isIntact())) return;
    const turn = await queue.takeTurn();
    if (turn === null) return;
    const begun = ports.monotonic();
    const { stage, after } = readProgress(turn.progress);
    const keep = (at: Progress) => turn.keep(`${at.stage} ${at.after ?? ""}`);
    try {
      const steps =
        stage === "timers"
          ? 0
          : await handOver(
              after,
              (from) => store.listScheduled(from, PIECE),
              (items) => queue.enqueueAgain(items),
              (end) => keep({ stage: "steps", after: end }),
            );
      const timers = await handOver(
        stage === "timers" ? after : null,
        (from) => store.listNearTimers(NEAR, from, PIECE),
        (items) => queue.setTimers(items),
        (end) => keep({ stage: "timers", after: end }),
      );
      const milliseconds = Math.round(ports.monotonic() - begun);
      if (steps !== null && timers !== null && (await turn.finish())) {
        logger.info({ steps, timers, milliseconds }, "filled a queue that was empty");
      } else {
        logger.warn({ milliseconds }, "the queue was emptied again, or another worker fills it");
      }
    } catch (error) {
      // Nobody has to wait until the turn ends by itself; where that cannot be told, it does.
      await turn.giveUp().catch(() => {});
      throw error;
    }
  };
  return { name: "refill-queue", every: EVERY, run };
}

function readProgress(text: string | null): Progress {
  if (text === null) return { stage: "steps", after: null };
  const stage = text.startsWith("timers ") ? "timers" : "steps";
  const after = text.slice(stage.length + 1);
  return { stage, after: after === "" ? null : after };
}

/**
 * Reads pieces and hands them over, the next one being read meanwhile.
 * @param keep says how far it has come; false where it is not to go on
 * @returns how many items there were; null when it was to end before
 */
async function handOver<Item>(
  from: string | null,
  read: (after: string | null) => Promise<Piece<Item>>,
  give: (items: readonly Item[]) => Promise<void>,
  keep: (end: string | null) => Promise<boolean>,
): Promise<number | null> {
  let given = 0;
  let next: Promise<Piece<Item>> | null = read(from);
  while (next !== null) {
    const { items, end }: Piece<Item> = await next;
    next = items.length < PIECE ? null : read(end);
    // Awaited in the next round; where this one fails, nobody asks for it any more.
    next?.catch(() => {});
    await give(items);
    if (!(await keep(end))) return null;
    given += items.length;
  }
  return given;
}
