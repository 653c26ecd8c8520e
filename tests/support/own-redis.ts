import { startTestServers } from "@drover/local-servers";
import { Redis } from "ioredis";
import { afterAll, beforeAll, inject } from "vitest";

export interface OwnRedis {
  readonly url: string;
  /** Forgets everything, as a Redis does that comes back without its data. */
  empty(): Promise<void>;
  /** Goes away for good. */
  stop(): Promise<void>;
}

/**
 * A Redis for one test file alone: what is done to it disturbs no other.
 * Registers itself before what is registered after it, so call it before `useDrover`.
 */
export function useOwnRedis(): () => OwnRedis {
  let redis: OwnRedis | undefined;
  let stop = async (): Promise<void> => {};
  beforeAll(async () => {
    // Only the Redis is to be a new one; the run's Postgres serves this file, too.
    const servers = await startTestServers({ DATABASE_URL: inject("databaseUrl") });
    const client = new Redis(servers.redisUrl);
    // It may go away while the client is connected; that is no matter of the client's.
    client.on("error", () => {});
    stop = async () => {
      client.disconnect();
      await servers.stop();
    };
    redis = { url: servers.redisUrl, empty: async () => void (await client.flushall()), stop };
  });
  afterAll(() => stop());
  return () => {
    if (redis === undefined) throw new Error("Redis runs only inside of tests");
    return redis;
  };
}
