import type { ExpiredPiece, Expiry } from "@drover/db";
import type { InstanceId } from "@drover/engine";
import type { StepServices } from "../process-step.ts";
import type { Duty } from "./loop.ts";

/** How long instances are kept, and what deletes the next few of those that were kept long enough. */
export interface Retention {
  /** Milliseconds from an instance's end on. */
  readonly keepFor: number;
  /** `deleteExpired` of `@drover/db`. */
  readonly deleteExpired: (expiry: Expiry) => Promise<ExpiredPiece | null>;
}

/** Milliseconds between two pieces: those who work come first. */
const PAUSE = 500;

/** Milliseconds between two rounds. */
const BETWEEN_ROUNDS = 600_000;

/**
 * Deletes instances that were over long enough ago, a piece at a time. All workers do so; in any
 * moment it is one of them, and a worker that finds another at it leaves the rest of its round to that one.
 */
export function retentionDuty(
  { keepFor, deleteExpired }: Retention,
  { logger, ports }: Pick<StepServices, "logger" | "ports">,
): Duty {
  let nextRound = Number.NEGATIVE_INFINITY;
  let after: InstanceId | null = null;
  let deleted = 0;
  const run = async () => {
    if (ports.monotonic() < nextRound) return;
    const completedBefore = new Date(ports.now().getTime() - keepFor);
    const piece = await deleteExpired({ completedBefore, after });
    deleted += piece?.deleted ?? 0;
    after = piece?.reached ?? null;
    if (after !== null) return;
    if (deleted > 0)
      logger.info({ instances: deleted }, "instances that were kept long enough are deleted");
    deleted = 0;
    nextRound = ports.monotonic() + BETWEEN_ROUNDS;
  };
  return { name: "retention", every: PAUSE, run };
}
