import { randomUUID } from "node:crypto";
import { createStore, hashToken, openDatabase } from "@drover/db";
import { createTestDatabase } from "@drover/db/testing";
import { connect } from "@drover/distributed";
import { CallbackAlreadyUsedError, CallbackNotFoundError } from "@drover/engine";
import { StepConsumer, StepQueue } from "@drover/queue";
import { registerDefinitions, StepWorker } from "@drover/worker";
import { pino } from "pino";
import { inject } from "vitest";
import type { EngineUnderTest, MakeEngine } from "./bench.ts";
import { engineScenarios } from "./scenarios.ts";

/** Milliseconds that workers get to end. */
const DRAIN = 2_000;

/**
 * The distributed engine with two workers, each with connections of its own. They are in this
 * process, as the code of the scenarios is; tests/e2e runs workers as processes.
 */
const makeEngine: MakeEngine = async (definitions) => {
  const testDatabase = await createTestDatabase(inject("databaseUrl"));
  const databaseUrl = testDatabase.url;
  const redisUrl = inject("redisUrl");
  const queuePrefix = `engines-${randomUUID()}`;
  const start = () => startWorker(databaseUrl, redisUrl, queuePrefix, definitions);
  const workers = await Promise.all([start(), start()]);
  const connected = connect({ databaseUrl, redisUrl, queuePrefix });
  return {
    engine: connected.engine,
    receiveCallback: workers[0].receiveCallback,
    close: async () => {
      await connected.close();
      await Promise.all(workers.map((worker) => worker.stop()));
      await testDatabase.drop();
    },
  };
};

async function startWorker(
  databaseUrl: string,
  redisUrl: string,
  prefix: string,
  definitions: Parameters<MakeEngine>[0],
) {
  const logger = pino({ level: "silent" });
  const database = openDatabase(databaseUrl, { applicationName: "engines-test" });
  const store = createStore(database);
  const queueOptions = { location: { backend: "redis", url: redisUrl }, prefix } as const;
  const queue = new StepQueue(queueOptions);
  const known = await registerDefinitions(store, definitions, logger);
  const worker = new StepWorker({
    store,
    queue,
    openConsumer: (options) => new StepConsumer({ ...queueOptions, ...options }),
    definitions: known,
    concurrency: 8,
    lostAfter: 20_000,
    logger,
  });
  await worker.start();
  const receiveCallback: EngineUnderTest["receiveCallback"] = async (token, payload) => {
    const callback = await store.findCallback(hashToken(token));
    if (callback === null) throw new CallbackNotFoundError();
    const { instanceId, executionId, callbackKey } = callback;
    const event = { type: "callback.received", executionId, callbackKey, payload } as const;
    const dispatched = await store.dispatch(instanceId, event);
    if (dispatched.kind === "stale") throw new CallbackAlreadyUsedError();
    await queue.enqueue(dispatched.commands.filter((command) => command.type === "enqueue"));
  };
  const stop = async () => {
    await worker.drain(DRAIN);
    await queue.close();
    await database.close();
  };
  return { receiveCallback, stop };
}

engineScenarios("the engine on workers", makeEngine);
