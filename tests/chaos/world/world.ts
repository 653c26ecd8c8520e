import path from "node:path";
import { createTestDatabase } from "@drover/db/testing";
import { type BreakableServers, freePort, startBreakableServers } from "@drover/local-servers";
import postgres, { type Sql } from "postgres";
import { eventually } from "../../support/eventually.ts";
import { EffectsRecorder } from "./effects-recorder.ts";
import { Fleet } from "./fleet.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const PROJECT = path.resolve(import.meta.dirname, "../../..");
const API = path.join(PROJECT, "apps/api/src/main.ts");
const WORKER = path.join(PROJECT, "apps/worker/src/main.ts");
const WORKFLOWS = [
  path.join(PROJECT, "examples/src/index.ts"),
  path.join(PROJECT, "tests/support/workflows/stormy-work.ts"),
  path.join(PROJECT, "tests/support/workflows/chaos-work.ts"),
];
const API_PREFIX = "/workflows";

/** Milliseconds for all processes to come up on a busy machine. */
const START_PATIENCE = 180_000;

export interface WorldOptions {
  readonly workers: number;
  /** Seconds of silence after which a worker counts as dead. */
  readonly lostAfter: number;
}

/** A whole Drover with everything around it: servers, the network between, and another system. */
export class World {
  readonly servers: BreakableServers;
  /** Between all processes and the servers. */
  readonly proxies: { readonly postgres: TcpProxy; readonly redis: TcpProxy };
  readonly fleet: Fleet;
  readonly recorder: EffectsRecorder;
  /** With the path before all routes. */
  readonly apiUrl: string;
  /** The facts, past the proxy: whoever asks here is no part of the game. */
  readonly sql: Sql;
  readonly workers: readonly string[];

  private constructor(parts: Omit<World, "up" | "stop">) {
    this.servers = parts.servers;
    this.proxies = parts.proxies;
    this.fleet = parts.fleet;
    this.recorder = parts.recorder;
    this.apiUrl = parts.apiUrl;
    this.sql = parts.sql;
    this.workers = parts.workers;
  }

  static async start(options: WorldOptions): Promise<World> {
    const servers = await startBreakableServers();
    const world = await World.#around(servers, options).catch(async (error: unknown) => {
      await servers.stop();
      throw error;
    });
    try {
      await world.up();
      return world;
    } catch (error) {
      const log = world.fleet.lines.slice(-40).join("\n");
      await world.stop();
      throw new Error(`Drover did not start\n${log}`, { cause: error });
    }
  }

  /** Starts everything else around the servers; waits for no process. */
  static async #around(
    servers: BreakableServers,
    { workers: count, lostAfter }: WorldOptions,
  ): Promise<World> {
    const database = await createTestDatabase(servers.postgres.url);
    const proxies = {
      postgres: await TcpProxy.to(portOf(database.url)),
      redis: await TcpProxy.to(portOf(servers.redis.url)),
    };
    const common = {
      DATABASE_URL: at(database.url, proxies.postgres.port),
      REDIS_URL: at(servers.redis.url, proxies.redis.port),
    };
    const port = await freePort();
    const recorder = await EffectsRecorder.listen();
    const fleet = new Fleet();
    const workers = Array.from({ length: count }, (_, index) => `worker-${index + 1}`);
    fleet.add("api", API, { ...common, HOST: "127.0.0.1", PORT: String(port), API_PREFIX });
    for (const name of workers) {
      fleet.add(name, WORKER, {
        ...common,
        WORKFLOWS: WORKFLOWS.join(","),
        LOST_AFTER_SECONDS: String(lostAfter),
        DRAIN_SECONDS: "10",
      });
    }
    return new World({
      servers,
      proxies,
      fleet,
      recorder,
      apiUrl: `http://127.0.0.1:${port}${API_PREFIX}`,
      sql: onlooker(database.url),
      workers,
    });
  }

  /** Resolves when the API is ready and every worker has reported itself. */
  async up(): Promise<void> {
    const isUp = async () => {
      const health = new URL("/health/ready", this.apiUrl);
      const { ok } = await fetch(health, { signal: AbortSignal.timeout(5_000) });
      const rows = await this.sql<{ pid: number }[]>`
        select pid from workflow_workers where heartbeat_at > now() - interval '3 s'`;
      const beating = new Set(rows.map(({ pid }) => pid));
      return ok && this.workers.every((name) => beating.has(this.fleet.program(name).pid));
    };
    await eventually("the API and all workers are up", isUp, START_PATIENCE);
  }

  /** Ends everything at once, in whatever state it is, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.fleet.killAll();
    await this.sql.end({ timeout: 1 }).catch(() => undefined);
    await Promise.all([
      this.recorder.close(),
      this.proxies.postgres.close(),
      this.proxies.redis.close(),
      this.servers.stop(),
    ]);
  }
}

/** The driver's own pause between two tries to connect grows to 20 s. */
function onlooker(url: string): Sql {
  const backoff = () => 0.1;
  return postgres(url, { max: 3, connect_timeout: 5, onnotice: () => {}, backoff });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function at(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}
