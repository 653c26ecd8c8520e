import { createStore, listUnattendedDefinitions, openDatabase } from "@drover/db";
import { StepQueue } from "@drover/queue";
import { pino, type Logger } from "pino";
import { SettingsError } from "@drover/settings";
import { readConfig, type WorkerConfig } from "./config.ts";
import { registerDefinitions } from "./known-definitions.ts";
import { loadLifecycle } from "./load-lifecycle.ts";
import { loadWorkflows } from "./load-workflows.ts";
import { StepWorker } from "./worker.ts";

const config = configOrExit();
const logger = pino({ name: "worker", level: config.logLevel });
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
    queryConnections: 1,
  });
  const store = createStore(database);
  const known = await registerDefinitions(store, definitions, log);
  const queueOptions = { location: settings.queue, prefix: settings.queuePrefix };
  const queue = new StepQueue(queueOptions);
  const worker = new StepWorker({
    store,
    queue,
    queueOptions,
    definitions: known,
    concurrency: settings.concurrency,
    lostAfter: settings.lostAfter,
    maxLostAttempts: settings.maxLostAttempts,
    limits: settings.limits,
    logger: log,
    findUnattended: () => listUnattendedDefinitions(database.queries),
    lifecycle,
  });
  const stop = async (signal: string) => {
    log.info({ signal }, "worker stops");
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

function configOrExit(): WorkerConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
