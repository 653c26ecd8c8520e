import { processPorts } from "@drover/platform";
import {
  createStore,
  databaseTrouble,
  deleteExpired,
  demandSchema,
  listUnattendedDefinitions,
  openDatabase,
  type Database,
  StartOffers,
} from "@drover/db";
import { faultSwitch, queueWithFaults, storeWithFaults, takeWithFaults } from "@drover/faults";
import { StepConsumer, StepQueue } from "@drover/queue";
import { endOnFault, processLog } from "@drover/platform/process";
import type { Logger } from "pino";
import { secretsOf, SettingsError } from "@drover/settings";
import { readConfig, type WorkerConfig } from "./config.ts";
import { registerDefinitions } from "./known-definitions.ts";
import { loadLifecycle } from "./load-lifecycle.ts";
import { loadWorkflows } from "./load-workflows.ts";
import { type OffersOptions, StepWorker } from "./worker.ts";

/** Two statements at work at once, a further one on its way; four were no faster and cost more (ADR 0021). */
const STATEMENT_CONNECTIONS = 2;

const config = configOrExit();
const logger = processLog({
  level: config.logLevel,
  bindings: { name: "worker" },
  secrets: secretsOf(process.env),
});
endOnFault(logger);
try {
  await run(config, logger);
} catch (error) {
  logger.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  process.exit(1);
}

async function run(settings: WorkerConfig, log: Logger): Promise<void> {
  const definitions = await loadWorkflows(settings.workflowModules);
  const lifecycle = await loadLifecycle(settings.workflowModules);
  const database = openDatabase(settings.databaseUrl, {
    applicationName: "drover-worker",
    statementConnections: STATEMENT_CONNECTIONS,
    queryConnections: 1,
    statementSeconds: settings.databaseTimeoutSeconds,
  });
  await demandSchema(database.queries).catch((error: unknown) => {
    // A Postgres that is away is waited for by the registration that follows.
    if (databaseTrouble(error) === null) throw error;
  });
  const faults = faultSwitch(settings.faults, log);
  const store = storeWithFaults(createStore(database), faults);
  const known = await registerDefinitions(store, definitions, log);
  const queueOptions = { location: settings.queue, prefix: settings.queuePrefix };
  const queue = queueWithFaults(new StepQueue(queueOptions), faults);
  const worker = new StepWorker({
    store,
    queue,
    openConsumer: (options) => new StepConsumer({ ...queueOptions, ...options }),
    openOffers: offersOn(database, faults, log),
    definitions: known,
    concurrency: settings.concurrency,
    lostAfter: settings.lostAfter,
    maxLostAttempts: settings.maxLostAttempts,
    limits: settings.limits,
    logger: log,
    findUnattended: () => listUnattendedDefinitions(database.queries),
    ...(settings.retention === null
      ? {}
      : {
          retention: {
            keepFor: settings.retention,
            deleteExpired: (expiry) => deleteExpired(database.queries, expiry),
          },
        }),
    lifecycle,
  });
  const stop = async (signal: string) => {
    log.info({ signal }, "worker stops");
    faults?.pass("drain-begun");
    await worker.drain(settings.drainMilliseconds);
    await queue.close();
    await database.close();
    log.info("worker stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.fatal({ err: error }, "the worker could not stop in order");
        process.exit(1);
      });
    });
  }
  // From here on a signal drains: nothing can be claimed before somebody listens.
  await worker.start();
  log.info({ workerId: worker.id, workflows: known.ids.length }, "worker started");
}

function offersOn(database: Database, faults: ReturnType<typeof faultSwitch>, log: Logger) {
  return ({ take, ...offerer }: OffersOptions) =>
    new StartOffers(database, {
      ...offerer,
      ...processPorts,
      take: takeWithFaults(take, faults),
      onTrouble: (error) => log.error({ err: error }, "a first step was told in vain"),
    });
}

function configOrExit(): WorkerConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
