import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  containerEngineAnswers,
  startPostgresContainer,
  startRedisContainer,
} from "../servers/containers.ts";
import { openDataDirectory } from "../servers/data-directory.ts";
import { startEmbeddedPostgres } from "../servers/embedded-postgres.ts";
import { startRedis } from "../servers/redis.ts";
import { withoutPassword } from "../secrets.ts";
import { reasonOf } from "../start-error.ts";
import { testRedisProgram } from "./test-redis-program.ts";

export interface TestServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** One line: which servers these are. */
  readonly described: string;
  /** Stops what was started and removes its data. */
  stop(): Promise<void>;
}

interface Server {
  readonly url: string;
  readonly described: string;
  stop(): Promise<void>;
}

/** A container engine that does not answer by then is taken for absent; some hang for minutes. */
const engineAnswersWithinMs = 3000;

/**
 * A real Postgres and a real Redis for tests, each the first that is to be had: the URL in the environment
 * (`DATABASE_URL`, `REDIS_URL`), a container, the embedded Postgres or a Redis found on PATH, a Redis fetched from the
 * Debian archive.
 *
 * @param given servers that are there already; what the environment names unless given
 * @throws StartError when one of them cannot be had, saying what to do.
 */
export async function startTestServers(
  given: Readonly<Record<string, string | undefined>> = process.env,
): Promise<TestServers> {
  const { DATABASE_URL, REDIS_URL } = given;
  const useContainers =
    (!DATABASE_URL || !REDIS_URL) && (await containerEngineAnswers(engineAnswersWithinMs));
  const folder = new TestFolder();
  const started: Server[] = [];
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop();
    await folder.remove();
  };
  try {
    const postgres = DATABASE_URL
      ? fromEnvironment(DATABASE_URL, "DATABASE_URL")
      : await startPostgres(useContainers, folder);
    started.push(postgres);
    const redis = REDIS_URL
      ? fromEnvironment(REDIS_URL, "REDIS_URL")
      : await startTestRedis(useContainers, folder);
    started.push(redis);
    return {
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      described: `Postgres: ${postgres.described}; Redis: ${redis.described}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function fromEnvironment(url: string, variable: string): Server {
  return { url, described: `${withoutPassword(url)} (${variable})`, stop: async () => {} };
}

async function startPostgres(useContainers: boolean, folder: TestFolder): Promise<Server> {
  let described = "embedded server";
  if (useContainers) {
    try {
      return { ...(await startPostgresContainer()), described: "container" };
    } catch (error) {
      described += ` (no container: ${reasonOf(error)})`;
    }
  }
  const directory = await folder.open();
  const server = await startEmbeddedPostgres({ directory, copies: await folder.kept() });
  return { ...server, described };
}

async function startTestRedis(useContainers: boolean, folder: TestFolder): Promise<Server> {
  let reason = "";
  if (useContainers) {
    try {
      return { ...(await startRedisContainer()), described: "container" };
    } catch (error) {
      reason = ` (no container: ${reasonOf(error)})`;
    }
  }
  const program = await testRedisProgram();
  const directory = await folder.open();
  return { ...(await startRedis({ program, directory })), described: program.path + reason };
}

/** The folders of a test run; none is made before it is needed. */
class TestFolder {
  #own: string | undefined;

  /** For what is worth keeping from one run to the next. */
  async kept(): Promise<string> {
    return (await openDataDirectory(".data")).path;
  }

  /** For data; the machine's temporary folder, so that it goes away even when a run is killed. */
  async open(): Promise<string> {
    const name = `drover-test-${process.pid}-${Date.now()}`;
    this.#own ??= (await openDataDirectory(path.join(tmpdir(), name))).path;
    return this.#own;
  }

  async remove(): Promise<void> {
    if (this.#own !== undefined) await rm(this.#own, { recursive: true, force: true });
  }
}
