import { createStore, openDatabase } from "@drover/db";
import { type QueueLocation, StepQueue } from "@drover/queue";
import {
  DistributedExecutionEngine,
  type DistributedEngineOptions,
} from "./distributed-execution-engine.ts";

/** Milliseconds that a call waits for a Postgres that is away. */
const PATIENCE = 3_000;

export interface ConnectOptions extends Pick<
  DistributedEngineOptions,
  "forms" | "logger" | "now" | "newId"
> {
  readonly databaseUrl: string;
  /** The Redis that the queue is on; without one the queue is in the database, too. */
  readonly redisUrl?: string;
  /** As the workers have it (`QUEUE_PREFIX`); `drover` unless given. */
  readonly queuePrefix?: string;
}

/** An engine with connections of its own. */
export interface ConnectedEngine extends AsyncDisposable {
  readonly engine: DistributedExecutionEngine;
  /** Tells the queue what is left to tell and ends the connections. */
  close(): Promise<void>;
}

/** Opens the connections that an engine needs; nothing is sent before the first call. */
export function connect(options: ConnectOptions): ConnectedEngine {
  const { databaseUrl, queuePrefix = "drover", ...rest } = options;
  const database = openDatabase(databaseUrl, { applicationName: "drover-engine" });
  const queue = new StepQueue({ location: locationOf(options), prefix: queuePrefix });
  const engine = new DistributedExecutionEngine({
    ...rest,
    store: createStore(database, PATIENCE),
    queries: database.queries,
    queue,
  });
  const close = async () => {
    await engine.idle();
    await Promise.all([queue.close(), database.close()]);
  };
  return { engine, close, [Symbol.asyncDispose]: close };
}

function locationOf({ databaseUrl, redisUrl }: ConnectOptions): QueueLocation {
  return redisUrl === undefined
    ? { backend: "postgres", url: databaseUrl }
    : { backend: "redis", url: redisUrl };
}
