import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "./ports.ts";
import { processStartedAt } from "../processes/process-identity.ts";
import { answersPong } from "./redis-connection.ts";
import type { RedisProgram } from "./redis-programs.ts";
import { newPassword } from "../secrets.ts";
import { reasonOf, StartError } from "../start-error.ts";

export interface LocalRedisOptions {
  readonly program: RedisProgram;
  /** An existing folder; the server's files lie in `redis` below it. */
  readonly directory: string;
  /** A free one when left out. A server that is adopted keeps its own. */
  readonly port?: number;
  /** A new one when left out; given where clients have to find a server that was killed under the same URL. */
  readonly password?: string;
}

export interface LocalRedis {
  readonly url: string;
  readonly pid: number;
  /** True when the server was already running, left behind by a process that was killed. */
  readonly adopted: boolean;
  /** Writes what is still in memory and waits until the server is gone. */
  stop(): Promise<void>;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
}

/** What a later start has to know to find the server again. */
const record = z.object({
  pid: z.number(),
  startedAt: z.string(),
  port: z.number(),
  password: z.string(),
});
type Identity = z.infer<typeof record>;

/** A large append-only file takes a while to read. */
const startSeconds = 60;

/**
 * Starts a Redis (or Valkey) server on 127.0.0.1 that keeps what it is told: append-only file, no eviction.
 *
 * @throws StartError `local_redis` with the reason.
 */
export async function startRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  const directory = path.join(options.directory, "redis");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const recordFile = path.join(options.directory, "redis.json");
  const left = await findLeftBehind(recordFile);
  const identity = left ?? (await startAnew(options, directory, recordFile));
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    await endProcess(identity, signal);
    await rm(recordFile, { force: true });
  };
  return {
    url: urlOf(identity),
    pid: identity.pid,
    adopted: left !== undefined,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

function urlOf({ port, password }: Identity): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/**
 * Two servers on one append-only file would ruin it, so one that a killed start left running is used as it is. That it
 * takes the password shows that it is ours.
 */
async function findLeftBehind(recordFile: string): Promise<Identity | undefined> {
  if (!existsSync(recordFile)) return undefined;
  const left = record.safeParse(JSON.parse(await readFile(recordFile, "utf8")));
  return left.success && (await becomesReady(left.data)) ? left.data : undefined;
}

async function startAnew(
  options: LocalRedisOptions,
  directory: string,
  recordFile: string,
): Promise<Identity> {
  const password = options.password ?? newPassword();
  const log = path.join(options.directory, "redis.log");
  // Someone may take the free port before Redis does.
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const pid = await spawnServer(options.program, configuration(directory, port, password), log);
    const identity = { pid, startedAt: processStartedAt(pid) ?? "", port, password };
    await writeFile(recordFile, JSON.stringify(identity), { mode: 0o600 });
    if (await becomesReady(identity)) return identity;
    await endProcess(identity, "SIGKILL");
    await rm(recordFile, { force: true });
    const said = (await readFile(log, "utf8")).trimEnd();
    if (attempt < 3 && options.port === undefined && said.includes("Address already in use"))
      continue;
    throw new StartError(
      "local_redis",
      `${options.program.path} did not start: ${said.split("\n").at(-1)} (see ${log})`,
    );
  }
}

/** One setting a line, as in a redis.conf. */
function configuration(directory: string, port: number, password: string): string {
  return [
    `port ${port}`,
    "bind 127.0.0.1",
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    "maxmemory-policy noeviction",
    "hz 50",
    "daemonize no",
  ].join("\n");
}

async function spawnServer(
  program: RedisProgram,
  configurationText: string,
  log: string,
): Promise<number> {
  const logFile = await open(log, "w", 0o600);
  const libraries = program.libraries?.join(":");
  // Read from standard input, so that the password shows in no list of processes and lies in no file.
  const child = spawn(program.path, ["-"], {
    detached: true,
    stdio: ["pipe", logFile.fd, logFile.fd],
    env: { ...process.env, ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) },
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new StartError("local_redis", `${program.path} did not start: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    await logFile.close();
  }
  // A server that ends before it has read everything is noticed by its missing PONG.
  child.stdin?.on("error", () => {}).end(configurationText);
  child.unref();
  if (child.pid === undefined) throw new TypeError("a spawned process has a number");
  return child.pid;
}

function isRunning({ pid, startedAt }: Identity): boolean {
  return processStartedAt(pid) === startedAt;
}

async function becomesReady(identity: Identity): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (isRunning(identity) && Date.now() < deadline) {
    if (await answersPong(urlOf(identity))) return true;
    await delay(20);
  }
  return false;
}

/** Waits until the process is gone: Redis writes its file to the end first. */
async function endProcess(identity: Identity, signal: NodeJS.Signals): Promise<void> {
  const deadline = Date.now() + 15_000;
  if (isRunning(identity)) process.kill(identity.pid, signal);
  while (isRunning(identity)) {
    if (Date.now() > deadline) process.kill(identity.pid, "SIGKILL");
    await delay(20);
  }
}
