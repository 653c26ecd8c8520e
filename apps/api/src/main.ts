import { QueueFeeder } from "@drover/distributed";
import { createStore, newId, openDatabase } from "@drover/db";
import { StepQueue } from "@drover/queue";
import { pino } from "pino";
import { isOpenToStrangers } from "./access/open-to-strangers.ts";
import { createApp } from "./app.ts";
import { SettingsError } from "@drover/settings";
import { type Config, readConfig } from "./config.ts";
import { listen } from "./server.ts";

/** Milliseconds that a request waits for a Postgres that is away before it is answered with 503. */
const PATIENCE = 3_000;

async function run(config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel, base: { app: "api" } });
  const database = openDatabase(config.databaseUrl, { applicationName: "drover-api" });
  const queue = new StepQueue({ location: config.queue, prefix: config.queuePrefix });
  const feeder = new QueueFeeder(queue, logger);
  const app = createApp(
    {
      store: createStore(database, PATIENCE),
      queries: database.queries,
      queue,
      logger,
      apiPrefix: config.apiPrefix,
      apiKeys: config.apiKeys,
      largestBody: config.largestBody,
      now: () => new Date(),
      newId,
    },
    feeder,
  );
  if (isOpenToStrangers(config)) {
    logger.warn(
      { host: config.host },
      "API_KEYS is not set: whoever reaches this API may do everything",
    );
  }
  // From here on a signal stops in order: whoever reads that the API listens may send one at once.
  const stopped = stopSignal();
  const server = await listen(app.fetch, config);
  logger.info({ url: server.url }, "the API listens");

  const signal = await stopped;
  logger.info({ signal }, "stopping");
  await server.drain(config.drainSeconds * 1_000);
  await feeder.idle();
  await Promise.all([queue.close(), database.close()]);
  logger.info("stopped");
}

function stopSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  process.once("SIGTERM", resolve);
  process.once("SIGINT", resolve);
  return promise;
}

/** One line, and the exit code that says it. */
function giveUp(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

try {
  await run(readConfig(process.env));
  // Not left to the event loop: a socket that somebody keeps open must not keep us alive.
  process.exit(0);
} catch (error) {
  if (error instanceof SettingsError) giveUp(error.message);
  giveUp(`The API ended: ${error instanceof Error ? error.message : String(error)}`);
}
