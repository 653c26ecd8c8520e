import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openDataDirectory } from "../servers/data-directory.ts";
import { startEmbeddedPostgres } from "../servers/embedded-postgres.ts";
import { startRedis } from "../servers/redis.ts";
import { testRedisProgram } from "./test-redis-program.ts";

/** A Postgres that a test may crash; it comes back at the same place with what was committed. */
export interface BreakablePostgres {
  readonly url: string;
  /** Stops it as a loss of power does, with `pg_ctl stop -m immediate`. */
  crash(): Promise<void>;
  /** Resolves when it has recovered from its log and takes connections. */
  start(): Promise<void>;
}

/** A Redis that a test may kill or freeze; it comes back at the same place. */
export interface BreakableRedis {
  readonly url: string;
  kill(): Promise<void>;
  /** Starts one that was killed, without its data. */
  startEmpty(): Promise<void>;
  /** From now on it takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
}

/** Servers of one test alone, which nobody else is disturbed by. */
export interface BreakableServers {
  readonly postgres: BreakablePostgres;
  readonly redis: BreakableRedis;
  /** Stops both, whatever state they are in, and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres, with its own defaults for durability, and a Redis as processes that can be killed,
 * frozen and started anew.
 *
 * @throws StartError when one of them cannot be had
 */
export async function startBreakableServers(): Promise<BreakableServers> {
  const name = `drover-breakable-${process.pid}-${Date.now()}`;
  const { path: directory } = await openDataDirectory(path.join(tmpdir(), name));
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((each) => each()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const postgres = await breakablePostgres(directory);
    stops.push(() => postgres.crash());
    const redis = await breakableRedis(directory);
    stops.push(() => redis.kill());
    return { postgres, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function breakablePostgres(directory: string): Promise<BreakablePostgres> {
  const { path: copies } = await openDataDirectory(".data");
  let server = await startEmbeddedPostgres({ directory, copies });
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    crash: () => server.kill(),
    start: async () => {
      server = await startEmbeddedPostgres({ directory, copies, port });
    },
  };
}

async function breakableRedis(directory: string): Promise<BreakableRedis> {
  const program = await testRedisProgram();
  let server = await startRedis({ program, directory });
  const { port, password } = new URL(server.url);
  return {
    url: server.url,
    // SIGKILL ends a process that is stopped, too.
    kill: () => server.kill(),
    startEmpty: async () => {
      await rm(path.join(directory, "redis"), { recursive: true, force: true });
      server = await startRedis({ program, directory, port: Number(port), password });
    },
    freeze: () => void process.kill(server.pid, "SIGSTOP"),
    thaw: () => void process.kill(server.pid, "SIGCONT"),
  };
}
