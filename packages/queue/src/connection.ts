import type { RedisOptions } from "bullmq";

/** Where the queue lives. */
export type QueueLocation =
  | { readonly backend: "redis"; readonly url: string }
  | { readonly backend: "postgres"; readonly url: string };

export interface QueueOptions {
  readonly location: QueueLocation;
  /** Keeps apart the queues of several Drovers on one server. */
  readonly prefix: string;
}

/** One queue for all steps: a worker that lacks a workflow's code passes its jobs on. */
export const QUEUE_NAME = "drover-steps";

/** Milliseconds after which handing over a job is given up; the sweeper does it again. */
export const HANDOVER_TIMEOUT = 1_500;

/** Milliseconds without an answer after which a producer's connection is cut and made anew. */
const SILENCE = 5_000;

/** BullMQ's own pause grows to 20 s: after an outage work would wait for it. Milliseconds. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** attempt, 1_000);

/** Workers wait for Redis as long as it takes. */
export function consumerConnection(url: string): RedisOptions {
  return { url, retryStrategy, maxRetriesPerRequest: null };
}

/** Who hands over a job would rather hear at once that Redis is away, also when it hangs. */
export function producerConnection(url: string): RedisOptions {
  return {
    url,
    retryStrategy,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: HANDOVER_TIMEOUT,
    // What timed out is kept until its answer comes: of a Redis that is frozen it would be ever more.
    socketTimeout: SILENCE,
  };
}

/**
 * Limits of BullMQ's sessions in Postgres, in milliseconds. The server ends a statement at its limit;
 * where the server itself is frozen, `query_timeout` stops waiting for it a little later.
 */
const POSTGRES_LIMITS = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: 15_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 17_000,
  keepAlive: true,
} as const;

/** @param connections of this process, at the most */
export function postgresConnection(url: string, connections: number) {
  return { connectionString: url, max: connections, migrate: true, ...POSTGRES_LIMITS };
}
