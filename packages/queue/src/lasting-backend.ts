import { createPostgresBackend } from "bullmq";

/** What remembers in BullMQ whether it has become ready. */
interface Readiness {
  waitUntilReady(): Promise<void>;
}

/**
 * BullMQ's backend on Postgres, for processes that outlive an outage. Its own remembers for ever when
 * it could not become ready: who was made while Postgres was away, or was cut off in that moment, would
 * never take or hand over a job again. Here it tries anew whenever something is asked of it.
 */
export const createLastingBackend: typeof createPostgresBackend = (...args) => {
  const backend = createPostgresBackend(...args);
  triesAnew(backend);
  // Not of its public face; without it there is nothing to mend, and the test says so.
  const connection: unknown = Reflect.get(backend, "connection");
  if (isReadiness(connection)) triesAnew(connection);
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

function isReadiness(value: unknown): value is Readiness {
  return typeof value === "object" && value !== null && "waitUntilReady" in value;
}
