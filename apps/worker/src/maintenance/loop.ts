import type { Timers } from "@drover/engine";
import { wait } from "@drover/platform";
import type { Logger } from "pino";

export interface Duty {
  readonly name: string;
  /** Milliseconds between the end of one round and the start of the next. */
  readonly every: number;
  /** Idempotent: it may run in several processes at once, and again after it failed. */
  readonly run: () => Promise<void>;
}

/** Does a duty over and over until the signal says stop; a round that fails is logged and repeated. */
export async function keepDoing(
  duty: Duty,
  signal: AbortSignal,
  { logger, timers }: { readonly logger: Logger; readonly timers: Timers },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await duty.run();
    } catch (error) {
      logger.warn({ err: error, duty: duty.name }, "a duty failed and will be tried again");
    }
    // The wait ends early when the signal says stop; that is no error.
    await wait(timers, duty.every, signal);
  }
}
