import { provideServers } from "./local-servers.ts";
import { assertPortFree } from "../servers/ports.ts";
import { type Child, startChild } from "../processes/process.ts";
import { setTimeout as delay } from "node:timers/promises";
import path from "node:path";
import { type Print, shortPath } from "../project.ts";
import { baseUrl, type ReadyOptions, untilReady } from "./ready.ts";
import type { StartSettings } from "./settings.ts";
import { StartError } from "../start-error.ts";
import type { StopOrder } from "../processes/stop-order.ts";
import { superviseWorkers, type Workers } from "../processes/supervise.ts";

/** The programs that are started, as files for Node. They take everything from their environment. */
export interface Programs {
  /** Brings the tables up to date and ends. */
  readonly migrate: string;
  /** Serves HTTP on `HOST`:`PORT` until SIGTERM. */
  readonly api: string;
  /** Takes work until SIGTERM, then drains. */
  readonly worker: string;
}

export interface BringUpOptions {
  readonly programs: Programs;
  readonly print: Print;
  /** Gets whatever was started, also when bringing up fails half-way. */
  readonly stopOrder: StopOrder;
  readonly cancelled: AbortSignal;
}

export interface Running {
  readonly url: string;
  /** Settles when the API ends by itself, with the error to show. */
  readonly apiEnded: Promise<StartError>;
}

/** The API has short requests only. */
const apiGraceMs = 10_000;
/** On top of the time the workers give themselves, so that they can report before they are killed. */
const workerExtraMs = 5_000;
const readyWithinMs = 60_000;

/**
 * Brings everything up, one after the other, and returns when the API is ready and the workers are up.
 *
 * @throws StartError with what stands in the way; an AbortError when cancelled.
 */
export async function bringUp(settings: StartSettings, options: BringUpOptions): Promise<Running> {
  const { programs, print, stopOrder, cancelled } = options;
  await assertPortFree(settings.HOST, settings.PORT);
  const servers = await provideServers(settings, stopOrder, print);
  cancelled.throwIfAborted();

  const environment = {
    ...process.env,
    HOST: settings.HOST,
    PORT: String(settings.PORT),
    API_PREFIX: settings.API_PREFIX,
    WORKFLOWS: settings.WORKFLOWS.join(","),
    QUEUE_PREFIX: settings.QUEUE_PREFIX,
    CONCURRENCY: String(settings.CONCURRENCY),
    LOST_AFTER_SECONDS: String(settings.LOST_AFTER_SECONDS),
    DRAIN_SECONDS: String(settings.DRAIN_SECONDS),
    LOG_LEVEL: settings.LOG_LEVEL,
    // Set to nothing it counts as not set; without this it would reach the programs as it is.
    REDIS_URL: undefined,
    ...servers,
  };
  const start = (name: string, script: string) => startChild({ name, script, environment, print });
  await migrate(start("migrate", programs.migrate));
  cancelled.throwIfAborted();

  const api = start("api", programs.api);
  stopOrder.add({ name: "API", stop: () => api.stop(apiGraceMs), kill: () => api.kill() });
  const workers = superviseWorkers({
    count: settings.WORKERS,
    start: (name) => start(name, programs.worker),
    graceMs: settings.DRAIN_SECONDS * 1000 + workerExtraMs,
    print,
  });
  stopOrder.add(workers);
  print(`workers: ${settings.WORKERS}, with ${settings.WORKFLOWS.map(named).join(", ")}`);

  const url = baseUrl(settings.HOST, settings.PORT);
  const apiEnded = api.exited.then(
    ({ how, lastLine }) => new StartError("api_ended", `The API ended (${how}): ${lastLine}`),
  );
  const wait = { withinMs: readyWithinMs, cancelled };
  const early = await Promise.race([
    Promise.all([untilReady(url, wait), untilUp(workers, wait)]).then(() => undefined),
    workers.up.then((error) => error ?? new Promise<never>(() => {})),
    apiEnded,
  ]);
  if (early !== undefined) throw early;
  return { url, apiEnded };
}

/** @throws StartError `not_ready` when a worker takes too long; an AbortError when cancelled. */
async function untilUp(workers: Workers, { withinMs, cancelled }: ReadyOptions): Promise<void> {
  const clock = new AbortController();
  const signal = AbortSignal.any([clock.signal, cancelled]);
  const tooLong = delay(withinMs, "too long" as const, { signal });
  if ((await Promise.race([workers.up, tooLong])) === "too long")
    throw new StartError("not_ready", `The workers were not up within ${withinMs / 1000} s`);
  clock.abort();
  // Aborting makes the clock reject, which by now concerns nobody.
  await tooLong.catch(() => {});
}

/** Modules are files or package names. */
function named(module: string): string {
  return path.isAbsolute(module) ? shortPath(module) : module;
}

async function migrate(child: Child): Promise<void> {
  const { ok, how, lastLine } = await child.exited;
  if (!ok)
    throw new StartError("migration_failed", `The tables could not be made (${how}): ${lastLine}`);
}
