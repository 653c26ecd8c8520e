import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "./process.ts";
import type { Print } from "../project.ts";
import { StartError } from "../start-error.ts";
import type { Stoppable } from "./stop-order.ts";

export interface WorkerOptions {
  readonly count: number;
  /** Starts the worker with that name. */
  readonly start: (name: string) => Child;
  /** How long each worker may take to finish what it runs, once it is asked to stop. */
  readonly graceMs: number;
  readonly print: Print;
  readonly restart?: RestartPause;
}

/** The pause before a worker that ended is started again; it doubles while the worker keeps ending early. */
interface RestartPause {
  readonly firstMs: number;
  readonly mostMs: number;
  /** A worker that ran this long starts again with the first pause. */
  readonly steadyMs: number;
}

const defaultPause: RestartPause = { firstMs: 500, mostMs: 30_000, steadyMs: 60_000 };

export interface Workers extends Stoppable {
  /**
   * Settles when each has been up once, or with the error to show when one ends before: it would end again and again.
   */
  readonly up: Promise<StartError | undefined>;
}

/** Keeps `count` workers running until they are stopped. One that never was up is not started again. */
export function superviseWorkers(options: WorkerOptions): Workers {
  const stopping = new AbortController();
  const workers = Array.from({ length: options.count }, (_, index) =>
    keepRunning(`worker-${index + 1}`, options, stopping.signal),
  );
  const end = async (how: (child: Child) => Promise<void>) => {
    stopping.abort();
    await Promise.all(workers.map(({ current }) => how(current())));
    await Promise.all(workers.map(({ ended }) => ended));
  };
  return {
    up: Promise.race([
      Promise.all(workers.map(({ up }) => up)).then(() => undefined),
      ...workers.map(({ failed }) => failed),
    ]),
    name: options.count === 1 ? "worker" : "workers",
    stop: () => end((child) => child.stop(options.graceMs)),
    kill: () => end((child) => child.kill()),
  };
}

function keepRunning(name: string, options: WorkerOptions, stopping: AbortSignal) {
  const pause = options.restart ?? defaultPause;
  let child = options.start(name);
  let wasUp = false;
  const notingUp = async (first: Promise<void>) => {
    await first;
    wasUp = true;
  };
  const up = notingUp(child.up);
  const failed = Promise.withResolvers<StartError>();
  const untilStopped = async () => {
    let early = 0;
    for (;;) {
      const startedAt = performance.now();
      const { how, lastLine } = await child.exited;
      if (stopping.aborted) return;
      if (!wasUp) {
        failed.resolve(new StartError("worker_ended", `${name} ended (${how}): ${lastLine}`));
        return;
      }
      early = performance.now() - startedAt < pause.steadyMs ? early + 1 : 1;
      const pauseMs = Math.min(pause.firstMs * 2 ** (early - 1), pause.mostMs);
      options.print(
        `${name} ended (${how}): ${lastLine}; starting it again in ${pauseMs / 1000} s`,
      );
      await interruptible(pauseMs, stopping);
      if (stopping.aborted) return;
      child = options.start(name);
    }
  };
  return { current: () => child, up, failed: failed.promise, ended: untilStopped() };
}

async function interruptible(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
