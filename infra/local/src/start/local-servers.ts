import { openDataDirectory } from "../servers/data-directory.ts";
import { assertDatabaseReachable } from "../servers/database-check.ts";
import { startEmbeddedPostgres } from "../servers/embedded-postgres.ts";
import { type Print, shortPath } from "../project.ts";
import { askRedis } from "../servers/redis-connection.ts";
import { findRedisServer, type RedisProgram } from "../servers/redis-programs.ts";
import { startRedis } from "../servers/redis.ts";
import { takeRunLock } from "./run-lock.ts";
import { withoutPassword } from "../secrets.ts";
import type { StartSettings } from "./settings.ts";
import { reasonOf, StartError } from "../start-error.ts";
import type { StopOrder } from "../processes/stop-order.ts";

/** Where the programs find their servers, as they read it from their environment. */
export type ServerVariables =
  | {
      readonly DATABASE_URL: string;
      readonly QUEUE_BACKEND: "redis";
      readonly REDIS_URL: string;
    }
  | { readonly DATABASE_URL: string; readonly QUEUE_BACKEND: "postgres" };

/**
 * Checks the servers that were named and starts those that were not, saying which it took.
 *
 * @param stopOrder gets whatever was started
 * @throws StartError naming the server and the reason.
 */
export async function provideServers(
  settings: StartSettings,
  stopOrder: StopOrder,
  print: Print,
): Promise<ServerVariables> {
  const { REDIS_URL: redisUrl, redisProgram } = chooseQueue(settings);
  // Before anything is started: what a person has to put right should show at once, and alone.
  if (settings.DATABASE_URL !== undefined) await assertDatabaseReachable(settings.DATABASE_URL);
  if (redisUrl !== undefined) await assertRedisReachable(redisUrl);
  const needsFolder = settings.DATABASE_URL === undefined || redisProgram !== undefined;
  const directory = needsFolder ? await claimDataDirectory(settings, print) : "";

  let databaseUrl = settings.DATABASE_URL;
  if (databaseUrl === undefined) {
    const postgres = await startEmbeddedPostgres({ directory });
    stopOrder.add({ name: "Postgres", ...postgres });
    databaseUrl = postgres.url;
    print(
      `Postgres: embedded server${adopted(postgres)}, data in ${shortPath(directory)}/postgres`,
    );
  } else {
    print(`Postgres: ${withoutPassword(databaseUrl)} (DATABASE_URL)`);
  }

  if (redisUrl !== undefined) {
    print(`queue: Redis at ${withoutPassword(redisUrl)} (REDIS_URL)`);
    return { DATABASE_URL: databaseUrl, QUEUE_BACKEND: "redis", REDIS_URL: redisUrl };
  }
  if (redisProgram !== undefined) {
    const redis = await startRedis({ program: redisProgram, directory });
    stopOrder.add({ name: "Redis", ...redis });
    print(`queue: ${redisProgram.path}${adopted(redis)}, data in ${shortPath(directory)}/redis`);
    return { DATABASE_URL: databaseUrl, QUEUE_BACKEND: "redis", REDIS_URL: redis.url };
  }
  const why =
    settings.QUEUE_BACKEND === undefined ? `, as there is ${noRedis}` : " (QUEUE_BACKEND)";
  print(`queue: BullMQ on Postgres${why}`);
  return { DATABASE_URL: databaseUrl, QUEUE_BACKEND: "postgres" };
}

const noRedis = "no REDIS_URL and no redis-server or valkey-server";

interface QueueChoice {
  /** The Redis that was named. */
  readonly REDIS_URL?: string | undefined;
  /** The one to start. Without either the queue is on Postgres. */
  readonly redisProgram?: RedisProgram | undefined;
}

/** @throws StartError `wrong_setting` when it has to be Redis and there is none. */
function chooseQueue({ QUEUE_BACKEND, REDIS_URL }: StartSettings): QueueChoice {
  if (QUEUE_BACKEND === "postgres") return {};
  if (REDIS_URL !== undefined) return { REDIS_URL };
  const redisProgram = findRedisServer(process.env);
  if (redisProgram === undefined && QUEUE_BACKEND === "redis")
    throw new StartError(
      "wrong_setting",
      `QUEUE_BACKEND is "redis", but there is ${noRedis}: set REDIS_URL, or QUEUE_BACKEND=postgres to do without`,
    );
  return { redisProgram };
}

async function claimDataDirectory(settings: StartSettings, print: Print): Promise<string> {
  const directory = await openDataDirectory(settings.DATA_DIR);
  if (directory.instead !== undefined) print(directory.instead);
  takeRunLock(directory.path);
  return directory.path;
}

async function assertRedisReachable(url: string): Promise<void> {
  try {
    await askRedis(url, ["PING"], 5000);
  } catch (error) {
    throw new StartError(
      "redis_unreachable",
      `Cannot reach Redis at ${withoutPassword(url)} (REDIS_URL): ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

function adopted(server: { readonly adopted: boolean }): string {
  return server.adopted ? " (still running from a start that was killed)" : "";
}
