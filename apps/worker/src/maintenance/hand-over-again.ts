import { QueueUnavailableError } from "@drover/queue";
import { processStep, type StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

const EVERY = 1_000;

/** Milliseconds after which a step that nobody has claimed is handed over again. */
const HANDED_OVER_BEFORE = 5_000;
const PIECE = 500;

/** Steps that a worker runs itself in one round while the queue is away. */
const PIECE_WITHOUT_QUEUE = 32;

/**
 * Hands over scheduled steps that nobody has claimed: the queue may have lost them. While the
 * queue is away the worker takes some of them itself, so that work goes on at a lower pace.
 */
export function handOverAgainDuty(services: StepServices): Duty {
  const { store, queue, logger } = services;
  const run = async () => {
    if (services.isDraining()) return;
    const reachable = await queue.isReady();
    const piece = reachable ? PIECE : PIECE_WITHOUT_QUEUE;
    const waiting = await store.takeUndispatched(reachable ? HANDED_OVER_BEFORE : 0, piece);
    if (waiting.length === 0) return;
    try {
      await queue.enqueue(waiting);
      logger.info({ steps: waiting.length }, "handed over steps that nobody had claimed");
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      logger.warn({ steps: waiting.length }, "the queue is away; working without it");
      await Promise.all(waiting.map((step) => processStep(services, { kind: "step", ...step })));
    }
  };
  return { name: "hand-over-again", every: EVERY, run };
}
