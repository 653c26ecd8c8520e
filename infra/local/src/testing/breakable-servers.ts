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

/** One thing after the other, and nothing more after the end. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  take(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(() => (this.#isOver ? undefined : work()));
    // Whoever has asked for it hears of a failure; the next turn comes all the same.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async end(work: () => Promise<void>): Promise<void> {
    this.#isOver = true;
    await this.#last;
    await work();
  }
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
    stops.push(postgres.end);
    const redis = await breakableRedis(directory);
    stops.push(redis.end);
    return { postgres: postgres.server, redis: redis.server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Breakable<Server> {
  readonly server: Server;
  /** Ends it for good. */
  readonly end: () => Promise<void>;
}

async function breakablePostgres(directory: string): Promise<Breakable<BreakablePostgres>> {
  const { path: copies } = await openDataDirectory(".data");
  let server = await startEmbeddedPostgres({ directory, copies });
  const port = Number(new URL(server.url).port);
  const turns = new Turns();
  const crash = () => server.kill();
  const start = async () => {
    server = await startEmbeddedPostgres({ directory, copies, port });
  };
  return {
    server: {
      url: server.url,
      crash: () => turns.take(crash),
      start: () => turns.take(start),
    },
    end: () => turns.end(crash),
  };
}

async function breakableRedis(directory: string): Promise<Breakable<BreakableRedis>> {
  const program = await testRedisProgram();
  let server = await startRedis({ program, directory });
  const { port, password } = new URL(server.url);
  const turns = new Turns();
  // SIGKILL ends a process that is stopped, too.
  const kill = () => server.kill();
  const startEmpty = async () => {
    await rm(path.join(directory, "redis"), { recursive: true, force: true });
    server = await startRedis({ program, directory, port: Number(port), password });
  };
  return {
    server: {
      url: server.url,
      kill: () => turns.take(kill),
      startEmpty: () => turns.take(startEmpty),
      freeze: () => void process.kill(server.pid, "SIGSTOP"),
      thaw: () => void process.kill(server.pid, "SIGCONT"),
    },
    end: () => turns.end(kill),
  };
}
