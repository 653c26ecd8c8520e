import { randomUUID } from "node:crypto";
import path from "node:path";
import { freePort } from "@drover/local-servers";
import { TABLES } from "../baselines/by-hand/tables.ts";
import { createDatabase, type OwnDatabase } from "../world/databases.ts";
import { HttpClient } from "../world/http-client.ts";
import { onlooker, Processes } from "../world/processes.ts";
import type { BenchServers } from "../world/servers.ts";
import { Subject, type SubjectTraits } from "./subject.ts";

const FOLDER = path.join(import.meta.dirname, "../baselines/by-hand");

export const BY_HAND = "by hand";

/** The same work as a team writes it on BullMQ and Postgres, as an API and workers of its own. */
export class ByHand implements AsyncDisposable {
  readonly subject: Subject;
  readonly processes: Processes;
  readonly #database: OwnDatabase;

  private constructor(subject: Subject, processes: Processes, database: OwnDatabase) {
    this.subject = subject;
    this.processes = processes;
    this.#database = database;
  }

  static async start(
    servers: BenchServers,
    options: {
      readonly workers: number;
      readonly environment?: Readonly<Record<string, string>>;
    },
  ): Promise<ByHand> {
    const database = await createDatabase(servers.databaseUrl);
    const processes = new Processes();
    const port = String(await freePort());
    const origin = `http://127.0.0.1:${port}`;
    const subject = new Subject(traits(origin), onlooker(database.url));
    try {
      await subject.sql.unsafe(TABLES);
      const common = {
        DATABASE_URL: database.url,
        REDIS_URL: servers.redisUrl,
        QUEUE_PREFIX: `bench-${randomUUID()}`,
        ...options.environment,
      };
      const script = (name: string) => path.join(FOLDER, name);
      const api = processes.start("api by hand", script("api.ts"), { ...common, PORT: port });
      const workers = Array.from({ length: options.workers }, (_, index) =>
        processes.start(`worker ${index + 1} by hand`, script("worker.ts"), common),
      );
      const health = new HttpClient(origin, 1);
      await processes.untilUp(api, () => health.isOk("/health"));
      await health.close();
      for (const worker of workers) {
        const isReady = async () => worker.lines.some((line) => line.endsWith("ready"));
        await processes.untilUp(worker, isReady);
      }
      return new ByHand(subject, processes, database);
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

function traits(origin: string): SubjectTraits {
  return {
    name: BY_HAND,
    origin,
    onePath: "/runs",
    oneOf: (kind, input) => ({ kind, input }),
    batchPath: "/runs/batch",
    batchOf: (kind, inputs) => ({ runs: inputs.map((input) => ({ kind, input })) }),
    table: "runs",
    stepTable: "run_steps",
    live: ["running"],
    stepOwner: "run_id",
    stepKey: "run_id, step_name",
    stepSucceeded: "ended_at is not null",
    numberOf: "result::float8",
  };
}
