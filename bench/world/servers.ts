import { type BreakableServers, startBreakableServers } from "@drover/local-servers";
import { Redis } from "ioredis";
import postgres from "postgres";

/** A Postgres and a Redis of the bench's own, which keep what they are told. */
export interface BenchServers {
  /** Any database of the server. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Versions and the settings that decide what survives a crash, each in a line. */
  readonly described: readonly string[];
  /** Takes away what the subject before has left in Redis. */
  emptyRedis(): Promise<void>;
  stop(): Promise<void>;
}

/** What every subject runs on: a commit that was answered survives a loss of power. */
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" } as const;
const APPEND_ONLY = { appendonly: "yes", appendfsync: "everysec" } as const;

/**
 * @throws StartError when one of them cannot be had
 * @throws Error when one of them is not durable: figures of that would be worth nothing
 */
export async function startBenchServers(): Promise<BenchServers> {
  const servers = await startBreakableServers();
  try {
    const described = [await describePostgres(servers), await describeRedis(servers)];
    return {
      databaseUrl: servers.postgres.url,
      redisUrl: servers.redis.url,
      described,
      emptyRedis: () => emptyRedis(servers.redis.url),
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

async function describePostgres({ postgres: server }: BreakableServers): Promise<string> {
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    const settings = new Map<string, string>();
    for (const name of ["server_version", ...Object.keys(DURABLE), "shared_buffers"]) {
      const [row] = await sql.unsafe<Record<string, string>[]>(`show ${name}`);
      settings.set(name, row?.[name] ?? "");
    }
    demand("Postgres", DURABLE, settings);
    return `Postgres ${told(settings)}`;
  } finally {
    await sql.end();
  }
}

async function describeRedis({ redis: server }: BreakableServers): Promise<string> {
  const redis = new Redis(server.url);
  try {
    const settings = new Map<string, string>();
    const version = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "";
    settings.set("version", version);
    for (const name of Object.keys(APPEND_ONLY)) {
      const answer: unknown = await redis.config("GET", name);
      // A list of name and value under the older protocol, an object under the newer one.
      const value = Array.isArray(answer) ? answer[1] : Object.values(Object(answer))[0];
      settings.set(name, String(value));
    }
    demand("Redis", APPEND_ONLY, settings);
    return `Redis ${told(settings)}`;
  } finally {
    redis.disconnect();
  }
}

async function emptyRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}

function demand(
  server: string,
  wanted: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, string>,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (found.get(name) === value) continue;
    throw new Error(`${server} is not durable: ${name} is ${found.get(name)}, not ${value}`);
  }
}

function told(settings: ReadonlyMap<string, string>): string {
  return [...settings].map(([name, value]) => `${name} ${value}`).join(", ");
}
