import { QueueFeeder } from "@drover/distributed";
import { createStore, newId, openDatabase, type Database } from "@drover/db";
import { createTestDatabase } from "@drover/db/testing";
import { isJsonObject, type JsonObject, type JsonValue, type WorkflowStore } from "@drover/engine";
import type { ApiKey } from "@drover/settings";
import { pino } from "pino";
import { createApp } from "../app.ts";
import type { QueuePort } from "../dependencies.ts";
import { RecordingQueue } from "./recording-queue.ts";
import { ScriptedWorker } from "./scripted-worker.ts";

/** The API on a database of its own, and what tests need around it. */
export interface TestApi {
  readonly database: Database;
  readonly store: WorkflowStore;
  readonly queue: RecordingQueue;
  readonly worker: ScriptedWorker;
  /** Lines of the log. */
  readonly log: string[];
  /** The app itself, to be served over HTTP. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Any request; a path without the API's prefix starts with `//`. */
  send(path: string, init?: RequestInit): Promise<Answer>;
  /** Rows in every table, to see whether anything was written. */
  rows(): Promise<JsonObject>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: JsonValue;
  /** The body, for those who know that it is a JSON object. */
  readonly object: JsonObject;
  /** The `id` of that object. */
  readonly id: string;
}

/**
 * @param queue what the app talks to; a queue that notes down unless given
 * @param apiKeys who may call; everybody unless given
 * @param largestBody bytes; 1 MiB unless given
 */
export async function createTestApi(
  serverUrl: string,
  queue: (recording: RecordingQueue) => QueuePort = (recording) => recording,
  apiKeys: readonly ApiKey[] = [],
  largestBody = 1024 * 1024,
): Promise<TestApi> {
  const testDatabase = await createTestDatabase(serverUrl);
  const database = openDatabase(testDatabase.url, { applicationName: "api-test" });
  const recording = new RecordingQueue();
  const log: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => log.push(line) });
  const store = createStore(database);
  const feeder = new QueueFeeder(queue(recording), logger);
  const now = () => new Date();
  const app = createApp(
    {
      store,
      queries: database.queries,
      queue: queue(recording),
      logger,
      apiPrefix: "/workflows",
      apiKeys,
      largestBody,
      now,
      newId,
    },
    feeder,
  );
  const send = async (path: string, init?: RequestInit) => {
    const url = path.startsWith("//") ? path.slice(1) : `/workflows${path}`;
    return answer(await app.request(url, init));
  };
  return {
    database,
    store,
    queue: recording,
    worker: new ScriptedWorker(store, recording, feeder),
    log,
    fetch: app.fetch,
    send,
    get: (path) => send(path),
    post: (path, body, headers = {}) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    rows: () => countRows(database),
    close: async () => {
      await feeder.idle();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** An answer as tests look at it. */
export async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "") && text !== "";
  const json: JsonValue = isJson ? JSON.parse(text) : null;
  const object = isJsonObject(json) ? json : {};
  const id = typeof object.id === "string" ? object.id : "";
  return { status: response.status, headers: response.headers, text, json, object, id };
}

async function countRows({ statements }: Database): Promise<JsonObject> {
  const [row = {}] = await statements`
    select (select count(*)::int from workflow_definitions) as definitions,
      (select count(*)::int from workflow_instances) as instances,
      (select count(*)::int from workflow_step_executions) as executions,
      (select count(*)::int from workflow_human_tasks) as tasks,
      (select coalesce(sum(version), 0)::int from workflow_instances) as versions`;
  return { ...row };
}
