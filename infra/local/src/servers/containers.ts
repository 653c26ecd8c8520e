import { setTimeout as delay } from "node:timers/promises";

export interface ContainerServer {
  readonly url: string;
  stop(): Promise<void>;
}

const postgresImage = "postgres:17-alpine";
const redisImage = "redis:8-alpine";
const redisCommand =
  "redis-server --appendonly yes --appendfsync everysec --maxmemory-policy noeviction --hz 50".split(
    " ",
  );

/**
 * Whether a container engine answers. One that is installed but stopped, or that hangs, counts as absent.
 *
 * @param withinMs how long it may take
 */
export async function containerEngineAnswers(withinMs: number): Promise<boolean> {
  // Loaded when needed: it takes most of a second, and starting the servers otherwise has no use for it.
  const { getContainerRuntimeClient } = await import("testcontainers");
  const answers = getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
  return Promise.race([answers, delay(withinMs, false, { ref: false })]);
}

/** Starts Postgres in a container, durable as it comes. Throws what the engine said. */
export async function startPostgresContainer(): Promise<ContainerServer> {
  const { PostgreSqlContainer } = await import("@testcontainers/postgresql");
  const container = await new PostgreSqlContainer(postgresImage)
    .withCommand(["postgres", "-c", "max_connections=200"])
    .start();
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}

/** Starts Redis in a container, with the settings of a local one. Throws what the engine said. */
export async function startRedisContainer(): Promise<ContainerServer> {
  const { RedisContainer } = await import("@testcontainers/redis");
  const container = await new RedisContainer(redisImage).withCommand(redisCommand).start();
  return {
    url: container.getConnectionUrl(),
    stop: async () => {
      await container.stop();
    },
  };
}
