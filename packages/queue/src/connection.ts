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
  };
}

/** @param connections of this process, at the most */
export function postgresConnection(url: string, connections: number) {
  return { connectionString: url, max: connections, migrate: true };
}
