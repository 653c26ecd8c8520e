import { openDataDirectory } from "../servers/data-directory.ts";
import { canFetchRedis, fetchRedis } from "../servers/fetch-redis.ts";
import { findRedisServer, type RedisProgram } from "../servers/redis-programs.ts";
import { StartError } from "../start-error.ts";

/**
 * A Redis server that tests can start: the installed one, else one fetched from the package archive, which is kept.
 *
 * @throws StartError `test_servers` when this machine has neither, saying what to do.
 */
export async function testRedisProgram(): Promise<RedisProgram> {
  const installed = findRedisServer(process.env);
  if (installed !== undefined) return installed;
  if (canFetchRedis(process.env)) return fetchRedis((await openDataDirectory(".data")).path);
  throw new StartError(
    "test_servers",
    "The tests need a Redis: install redis-server or valkey-server (on macOS: brew install redis)",
  );
}
