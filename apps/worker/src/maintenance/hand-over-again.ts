import type { ScheduledExecution } from "@drover/engine";
import { QueueUnavailableError } from "@drover/queue";
import { processOnPlace } from "../process-job.ts";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;

/** Milliseconds after which a step that nobody has claimed is handed over again. */
const HANDED_OVER_BEFORE = 5_000;

/**
 * The same while jobs wait in the queue: then most unclaimed steps are nothing but late, and marking
 * thousands of them again and again would keep the workers from working them off.
 */
const HANDED_OVER_BEFORE_BACKLOG = 30_000;
const PIECE = 500;

/** Steps that a worker runs at once while the queue is away. */
const MOST_WITHOUT_QUEUE = 32;

/** @param backlog jobs that wait in the queue; null while it is away */
function unclaimedFor(backlog: number | null): number {
  if (backlog === null) return 0;
  return backlog > 0 ? HANDED_OVER_BEFORE_BACKLOG : HANDED_OVER_BEFORE;
}

/**
 * Hands over scheduled steps that nobody has claimed: the queue may have lost them. While the
 * queue is away the worker takes some of them itself, so that work goes on at a lower pace.
 */
export function handOverAgainDuty(services: StepServices): Duty {
  const { store, queue, logger } = services;
  let underWay = 0;

  /** Runs a step that came from Postgres and not from the queue; the duty does not wait for it. */
  const runWithoutQueue = async (step: ScheduledExecution) => {
    underWay += 1;
    await processOnPlace(services, step);
    underWay -= 1;
  };

  const isHandedOver = async (steps: readonly ScheduledExecution[]): Promise<boolean> => {
    try {
      await queue.enqueueAgain(steps);
      logger.info({ steps: steps.length }, "handed over steps that nobody had claimed");
      return true;
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      return false;
    }
  };

  const run = async () => {
    if (services.isDraining()) return;
    const backlog = await queue.backlog();
    // Whoever fills a queue that was emptied hands over all of it, and faster.
    if (backlog !== null && (await queue.isBeingFilled())) return;
    const room = backlog === null ? MOST_WITHOUT_QUEUE - underWay : PIECE;
    if (room <= 0) return;
    const waiting = await store.takeUndispatched(unclaimedFor(backlog), room);
    if (waiting.length === 0) return;
    if (backlog !== null && (await isHandedOver(waiting))) return;
    logger.info({ steps: waiting.length }, "the queue is away; working without it");
    // A queue may answer questions and still take nothing: then more was fetched than fits. What
    // is left over comes up again in a while.
    const free = Math.max(0, MOST_WITHOUT_QUEUE - underWay);
    for (const step of waiting.slice(0, free)) void runWithoutQueue(step);
  };
  return { name: "hand-over-again", every: EVERY, run };
}
