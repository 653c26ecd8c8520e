import { randomUUID } from "node:crypto";
import path from "node:path";
import { createTestDatabase, type TestDatabase } from "@drover/db/testing";
import { freePort, type Program } from "@drover/local-servers";
import { HttpClient } from "../world/http-client.ts";
import { onlooker, Processes } from "../world/processes.ts";
import type { BenchServers } from "../world/servers.ts";
import { Subject, type SubjectTraits } from "./subject.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const API = path.join(PROJECT, "apps/api/src/main.ts");
const WORKER = path.join(PROJECT, "apps/worker/src/main.ts");
const WORKFLOWS = path.join(PROJECT, "bench/workflows/index.ts");
const PREFIX = "/workflows";

export const DROVER = "Drover";

export interface DroverOptions {
  readonly workers: number;
  /** Steps at once in each worker; its own default unless given. */
  readonly concurrency?: number;
  /** A fresh one unless given; removed at the end all the same. */
  readonly database?: TestDatabase;
}

/** Drover as its users have it: an API and workers as processes, with their default settings unless a measure says otherwise. */
export class Drover implements AsyncDisposable {
  readonly subject: Subject;
  readonly origin: string;
  readonly api: Program;
  readonly workers: readonly Program[];
  readonly processes: Processes;
  readonly #database: TestDatabase;

  private constructor(parts: {
    readonly subject: Subject;
    readonly origin: string;
    readonly api: Program;
    readonly workers: readonly Program[];
    readonly processes: Processes;
    readonly database: TestDatabase;
  }) {
    this.subject = parts.subject;
    this.origin = parts.origin;
    this.api = parts.api;
    this.workers = parts.workers;
    this.processes = parts.processes;
    this.#database = parts.database;
  }

  static async start(servers: BenchServers, options: DroverOptions): Promise<Drover> {
    const database = options.database ?? (await createTestDatabase(servers.databaseUrl));
    const processes = new Processes();
    const port = String(await freePort());
    const origin = `http://127.0.0.1:${port}`;
    const sql = onlooker(database.url);
    const subject = new Subject(traits(origin), sql);
    try {
      const common = {
        DATABASE_URL: database.url,
        REDIS_URL: servers.redisUrl,
        QUEUE_PREFIX: `bench-${randomUUID()}`,
      };
      const api = processes.start("api", API, { ...common, PORT: port, API_PREFIX: PREFIX });
      const { concurrency } = options;
      const room = concurrency === undefined ? {} : { CONCURRENCY: String(concurrency) };
      const workers = Array.from({ length: options.workers }, (_, index) =>
        processes.start(`worker ${index + 1}`, WORKER, { ...common, WORKFLOWS, ...room }),
      );
      const health = new HttpClient(origin, 1);
      await processes.untilUp(api, () => health.isOk("/health/ready"));
      await health.close();
      for (const worker of workers) {
        await processes.untilUp(worker, async () => {
          const rows = await sql`select 1 from workflow_workers where pid = ${worker.pid}`;
          return rows.length > 0;
        });
      }
      return new Drover({ subject, origin, api, workers, processes, database });
    } catch (error) {
      await processes.stop();
      await subject.close();
      await database.drop();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes.stop();
    await this.subject.close();
    await this.#database.drop();
  }
}

/** Where one workflow is started over HTTP, and how. */
export const START_PATH = `${PREFIX}/instances`;
export const TASKS_PATH = `${PREFIX}/tasks`;
export const startBody = (work: string, input: object = {}) => ({
  definition_name: work,
  input_data: input,
});

function traits(origin: string): SubjectTraits {
  return {
    name: DROVER,
    origin,
    onePath: START_PATH,
    oneOf: startBody,
    batchPath: `${PREFIX}/instances/batch`,
    batchOf: (work, inputs) => ({ instances: inputs.map((input) => startBody(work, input)) }),
    table: "workflow_instances",
    stepTable: "workflow_step_executions",
    live: ["running", "waiting", "pending"],
    stepOwner: "instance_id",
    stepKey: "instance_id, step_name, group_id, member_index",
    stepSucceeded: "status = 'succeeded'",
    numberOf: "(output_data->>'v')::float8",
  };
}
