import { randomUUID } from "node:crypto";
import path from "node:path";
import { createTestDatabase, type TestDatabase } from "@drover/db/testing";
import { freePort, Program } from "@drover/local-servers";
import { afterAll, afterEach, beforeAll, inject } from "vitest";
import { ApiClient } from "./api-client.ts";
import { eventually } from "./eventually.ts";

import { Rows } from "./rows.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const API = path.join(PROJECT, "apps/api/src/main.ts");
const WORKER = path.join(PROJECT, "apps/worker/src/main.ts");
const API_PREFIX = "/workflows";

/** The workflows of the examples, as a worker is told of them. */
export const EXAMPLES = path.join(PROJECT, "examples/src/index.ts");
/** A module of workflows that exist for tests alone. */
export const testWorkflows = (name: string) =>
  path.join(import.meta.dirname, `workflows/${name}.ts`);
/** The workflows that exist only to be disturbed. */
export const HELD_WORK = testWorkflows("held-work");

export interface WorkerSettings {
  readonly workflows?: readonly string[];
  readonly concurrency?: number;
  readonly drainSeconds?: number;
  /**
   * Silence after which a worker counts as dead. Long unless given: a busy machine is silent, too.
   * `default` leaves it to the worker.
   */
  readonly lostAfterSeconds?: number | "default";
  /** How often in a row a step's worker may be lost; out of reach unless given. */
  readonly maxLostAttempts?: number;
  /** Where the process is to die or freeze, as FAULT_POINTS says it. */
  readonly faults?: string;
  /** Whatever else is set for them. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface DroverOptions extends WorkerSettings {
  /** Worker processes to start with; two unless given. */
  readonly workers?: number;
  /** API processes; one unless given. */
  readonly apis?: number;
  /** Any database of the server that the facts are on; that of the test run unless given. */
  readonly databaseServer?: string;
  /** Further variables of every process. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the queue lies: the shared Redis unless given, `postgres` for no Redis at all. */
  readonly queue?: { readonly redisUrl: string } | "postgres";
}

/** An API that was started, and the way to it. */
export interface RunningApi {
  readonly program: Program;
  readonly client: ApiClient;
}

/** Milliseconds for a process to come up on a busy machine. */
const START_PATIENCE = 55_000;

/** A whole Drover of a test's own: database, queue, API and workers, each a real process. */
export class Drover {
  readonly rows: Rows;
  readonly #options: DroverOptions;
  readonly #database: TestDatabase;
  readonly #common: Readonly<Record<string, string>>;
  readonly #programs: Program[] = [];
  readonly #apis: ApiClient[] = [];

  private constructor(options: DroverOptions, database: TestDatabase) {
    this.#options = options;
    this.#database = database;
    this.rows = new Rows(database.url);
    this.#common = {
      DATABASE_URL: database.url,
      QUEUE_PREFIX: `test-${randomUUID()}`,
      LOG_LEVEL: "info",
      ...options.settings,
      ...queueSettings(options.queue ?? { redisUrl: inject("redisUrl") }),
    };
  }

  static async start(options: DroverOptions = {}): Promise<Drover> {
    const database = await createTestDatabase(options.databaseServer ?? inject("databaseUrl"));
    const drover = new Drover(options, database);
    try {
      await Promise.all([
        ...Array.from({ length: options.apis ?? 1 }, () => drover.addApi()),
        ...Array.from({ length: options.workers ?? 2 }, () => drover.addWorker()),
      ]);
      return drover;
    } catch (error) {
      await drover.stop();
      throw new Error(`Drover did not start\n${drover.log}`, { cause: error });
    }
  }

  /** Starts a worker more; resolves when it has reported itself. */
  async addWorker(settings: WorkerSettings = {}): Promise<Program> {
    const worker = this.startWorker(settings);
    await this.#untilUp(worker, async () => (await this.rows.workerPids()).includes(worker.pid));
    return worker;
  }

  /** Starts a worker more and waits for nothing. */
  startWorker(settings: WorkerSettings = {}): Program {
    const given = { ...this.#options, ...settings };
    return this.#startProgram(`worker ${this.#programs.length}`, WORKER, {
      WORKFLOWS: (given.workflows ?? [EXAMPLES]).join(","),
      CONCURRENCY: String(given.concurrency ?? 16),
      DRAIN_SECONDS: String(given.drainSeconds ?? 5),
      MAX_LOST_ATTEMPTS: String(given.maxLostAttempts ?? 1_000),
      ...lostAfter(given.lostAfterSeconds ?? 20),
      ...(given.faults === undefined ? {} : { FAULT_POINTS: given.faults }),
      ...given.environment,
    });
  }

  /** Starts an API more; resolves when it is ready. @param faults as FAULT_POINTS says them */
  async addApi(faults = ""): Promise<RunningApi> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = this.#startProgram(`api ${this.#programs.length}`, API, {
      HOST: "127.0.0.1",
      PORT: String(port),
      API_PREFIX,
      DRAIN_SECONDS: String(this.#options.drainSeconds ?? 5),
      FAULT_POINTS: faults,
    });
    await this.#untilUp(program, async () => (await fetch(`${url}/health/ready`)).ok);
    const client = new ApiClient(`${url}${API_PREFIX}`);
    this.#apis.push(client);
    return { program, client };
  }

  /** The API, or the first of several. */
  get api(): ApiClient {
    const [first] = this.#apis;
    if (first === undefined) throw new Error("no API runs");
    return first;
  }

  get apis(): readonly ApiClient[] {
    return this.#apis;
  }

  /** Every process, the APIs among them. */
  get programs(): readonly Program[] {
    return this.#programs;
  }

  get workers(): Program[] {
    return this.#programs.filter((program) => program.name.startsWith("worker"));
  }

  /** Where its facts and its queue are, for programs that speak to both themselves. */
  get connection() {
    const { REDIS_URL: redisUrl, QUEUE_PREFIX: queuePrefix = "" } = this.#common;
    const { url: databaseUrl } = this.#database;
    return { databaseUrl, queuePrefix, ...(redisUrl === undefined ? {} : { redisUrl }) };
  }

  /** All that the processes have printed. */
  get log(): string {
    return this.#programs.flatMap((program) => program.lines).join("\n");
  }

  async stop(): Promise<void> {
    // Nothing is to be kept, so nobody is asked to end in order; tests of that do it themselves.
    await Promise.all(this.#programs.map((program) => program.kill()));
    await this.rows.close();
    await this.#database.drop();
  }

  #startProgram(name: string, script: string, settings: Readonly<Record<string, string>>): Program {
    const program = new Program(name, script, { ...this.#common, ...settings });
    this.#programs.push(program);
    return program;
  }

  async #untilUp(program: Program, isUp: () => Promise<boolean>): Promise<void> {
    const look = async () => (program.isRunning ? (await isUp()) && "up" : "ended");
    const state = await eventually(`${program.name} is up`, look, START_PATIENCE);
    if (state === "ended") throw new Error(`${program.name} ended before it was up`);
  }
}

function lostAfter(given: number | "default"): Record<string, string> {
  return given === "default" ? {} : { LOST_AFTER_SECONDS: String(given) };
}

function queueSettings(queue: NonNullable<DroverOptions["queue"]>): Record<string, string> {
  return queue === "postgres" ? { QUEUE_BACKEND: "postgres" } : { REDIS_URL: queue.redisUrl };
}

/**
 * Starts a Drover before the tests of a file and stops it after them; what its processes printed
 * is shown where a test has failed.
 * @param options or a function that is asked for them once what stands before has been started
 * @returns a function that gives the Drover once it runs
 */
export function useDrover(options: DroverOptions | (() => DroverOptions) = {}): () => Drover {
  let drover: Drover | undefined;
  beforeAll(async () => {
    drover = await Drover.start(typeof options === "function" ? options() : options);
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`${drover?.log ?? ""}\n`);
  });
  afterAll(async () => {
    await drover?.stop();
  });
  return () => {
    if (drover === undefined) throw new Error("Drover runs only inside of tests");
    return drover;
  };
}
