import { QueueFeeder } from "@drover/distributed";
import { createStore, databaseTrouble, demandSchema, newId, openDatabase } from "@drover/db";
import { faultSwitch, queueWithFaults, storeWithFaults } from "@drover/faults";
import { StepQueue } from "@drover/queue";
import { setTimeout as wait } from "node:timers/promises";
import { isOpenToStrangers } from "./access/open-to-strangers.ts";
import { createApp } from "./app.ts";
import { endOnFault, processLog, toldError, withoutSecrets } from "@drover/platform/process";
import { secretsOf, SettingsError } from "@drover/settings";
import { type Config, readConfig } from "./config.ts";
import { listen } from "./server.ts";

/** Milliseconds that a request waits for a Postgres that is away before it is answered with 503. */
const PATIENCE = 3_000;

/** Milliseconds in which the queue may still be told of work before the process ends. */
const FAREWELL = 2_000;
const secrets = secretsOf(process.env);

async function run(config: Config): Promise<void> {
  const logger = processLog({ level: config.logLevel, bindings: { app: "api" }, secrets });
  endOnFault(logger);
  const database = openDatabase(config.databaseUrl, {
    applicationName: "drover-api",
    statementSeconds: config.databaseTimeoutSeconds,
  });
  await demandSchema(database.queries).catch((error: unknown) => {
    // A Postgres that is away is waited for: until it is back, readiness says so.
    if (databaseTrouble(error) === null) throw error;
    logger.warn({ err: error }, "Postgres does not answer; the API is not ready before it does");
  });
  const faults = faultSwitch(config.faults, logger);
  const location = config.queue;
  const queue = queueWithFaults(new StepQueue({ location, prefix: config.queuePrefix }), faults);
  const feeder = new QueueFeeder(queue, logger);
  let stopping = false;
  const app = createApp(
    {
      store: storeWithFaults(createStore(database, PATIENCE), faults),
      queries: database.queries,
      queue,
      logger,
      apiPrefix: config.apiPrefix,
      admission: config.admission,
      apiKeys: config.apiKeys,
      largestBody: config.largestBody,
      now: () => new Date(),
      newId,
      isStopping: () => stopping,
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
  stopping = true;
  logger.info({ signal }, "stopping");
  await server.drain(config.drainSeconds * 1_000, config.drainDelaySeconds * 1_000);
  // A queue that hangs is not waited for: workers find the work in Postgres.
  await Promise.race([feeder.idle(), wait(FAREWELL)]);
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
  process.stderr.write(`${withoutSecrets(secrets)(message)}\n`);
  process.exit(1);
}

try {
  await run(readConfig(process.env));
  // Not left to the event loop: a socket that somebody keeps open must not keep us alive.
  process.exit(0);
} catch (error) {
  if (error instanceof SettingsError) giveUp(error.message);
  giveUp(`The API ended: ${toldError(error).message}`);
}
