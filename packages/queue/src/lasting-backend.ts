import type { EventEmitter } from "node:events";
import { createPostgresBackend } from "bullmq";

/** What remembers in BullMQ whether it has become ready. */
interface Readiness {
  waitUntilReady(): Promise<void>;
}

/** Makes a client of the driver that BullMQ uses. */
type ClientMaker = new (...args: never[]) => EventEmitter;

/** What BullMQ makes clients of: those of its pool, and the one that listens. */
interface Makers {
  readonly pool: { Client: ClientMaker };
  pgModule: { readonly Client: ClientMaker };
}

/**
 * BullMQ's backend on Postgres, for processes that outlive an outage.
 *
 * 1. Its own remembers for ever when it could not become ready: who was made while Postgres was away,
 *    or was cut off in that moment, would never take or hand over a job again. Here it tries anew
 *    whenever something is asked of it.
 * 2. Its own listens for a client's errors only some time after the client was made. Where Postgres
 *    greets and ends a session in one breath, the error comes before that and would end the process.
 *    Here somebody listens from the beginning; that the client is gone is told again when it closes.
 */
export const createLastingBackend: typeof createPostgresBackend = (...args) => {
  const backend = createPostgresBackend(...args);
  triesAnew(backend);
  // Not of its public face; without it there is nothing to mend, and the tests say so.
  const connection: unknown = Reflect.get(backend, "connection");
  if (isReadiness(connection)) triesAnew(connection);
  if (isMakers(connection)) listensFromTheBeginning(connection);
  return backend;
};

function triesAnew(target: Readiness): void {
  const waitUntilReady = target.waitUntilReady.bind(target);
  target.waitUntilReady = async () => {
    try {
      await waitUntilReady();
    } catch (error) {
      Reflect.set(target, "readyPromise", undefined);
      throw error;
    }
  };
}

function listensFromTheBeginning(makers: Makers): void {
  const { pool, pgModule } = makers;
  pool.Client = listening(pool.Client);
  makers.pgModule = { ...pgModule, Client: listening(pgModule.Client) };
}

function listening(Client: ClientMaker): ClientMaker {
  return class extends Client {
    constructor(...args: never[]) {
      super(...args);
      this.on("error", () => {});
    }
  };
}

function isReadiness(value: unknown): value is Readiness {
  return typeof value === "object" && value !== null && "waitUntilReady" in value;
}

function isMakers(value: unknown): value is Makers {
  return typeof value === "object" && value !== null && "pool" in value && "pgModule" in value;
}
