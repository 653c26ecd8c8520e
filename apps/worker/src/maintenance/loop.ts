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

interface DutyPorts {
  readonly logger: Logger;
  readonly timers: Timers;
}

/** Does a duty over and over until the signal says stop; a round that fails is logged and repeated. */
export async function keepDoing(
  duty: Duty,
  signal: AbortSignal,
  { logger, timers }: DutyPorts,
): Promise<void> {
  while (!signal.aborted) {
    await succeeds(duty, logger);
    await wait(timers, duty.every, signal);
  }
}

/** Does a duty until a round has succeeded or the signal says stop, whichever is first. */
export async function doOnce(
  duty: Duty,
  signal: AbortSignal,
  { logger, timers }: DutyPorts,
): Promise<void> {
  while (!signal.aborted && !(await succeeds(duty, logger))) await wait(timers, duty.every, signal);
}

async function succeeds(duty: Duty, logger: Logger): Promise<boolean> {
  try {
    await duty.run();
    return true;
  } catch (error) {
    logger.warn({ err: error, duty: duty.name }, "a duty failed and will be tried again");
    return false;
  }
}
