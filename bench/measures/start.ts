import path from "node:path";
import { freePort } from "@drover/local-servers";
import { percentile } from "@drover/report";
import { DROVER, Drover, START_PATH, startBody } from "../subjects/drover.ts";
import { createDatabase, checkpoint } from "../world/databases.ts";
import { HttpClient } from "../world/http-client.ts";
import { onlooker, Processes } from "../world/processes.ts";
import { type Ground, type Measure, type Part, withRunning } from "./measure.ts";

export const BARE_INSERT = "the bare HTTP insert";

/** Clients that start one workflow after the other. */
const CLIENTS = 64;

/** Clients that start many at once, and how many. */
const BATCHERS = 4;
const BATCH = 1_000;

const BARE_INSERT_SERVER = path.join(import.meta.dirname, "../limits/bare-insert.ts");

interface Answered {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds of each, ascending. */
  readonly sorted: readonly number[];
}

/** Every client sends its next request when the last one is answered. */
async function keepAsking(
  client: HttpClient,
  clients: number,
  seconds: number,
  route: string,
  body: unknown,
): Promise<Answered> {
  const took: number[] = [];
  const begun = performance.now();
  const lane = async () => {
    while (performance.now() - begun < seconds * 1_000) {
      const before = performance.now();
      await client.post(route, body);
      took.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: clients }, lane));
  const perSecond = (took.length * 1_000) / (performance.now() - begun);
  return { requests: took.length, perSecond, sorted: took.sort((a, b) => a - b) };
}

/** Times the warm-up of workers: a server goes on becoming faster for its first twenty thousand requests. */
const WARM_UP = 2;

/** What the warm-up takes is not counted, its rows are. */
async function oneByOne(origin: string, route: string, name: string, ground: Ground) {
  const client = new HttpClient(origin, CLIENTS);
  const body = startBody("chain");
  const seconds = Math.max(ground.sizes.warmUp.seconds * WARM_UP, 1);
  const warmUp = await keepAsking(client, CLIENTS, seconds, route, body);
  await checkpoint(ground.servers.databaseUrl);
  const answered = await keepAsking(client, CLIENTS, ground.sizes.seconds / 2, route, body);
  ground.figure("one by one", name, "per second", answered.perSecond);
  ground.figure("one by one, p99", name, "ms", percentile(answered.sorted, 0.99) ?? Number.NaN);
  await client.close();
  return warmUp.requests + answered.requests;
}

async function batches(origin: string, name: string, ground: Ground): Promise<number> {
  const client = new HttpClient(origin, BATCHERS);
  const body = { instances: Array.from({ length: BATCH }, () => startBody("chain")) };
  await checkpoint(ground.servers.databaseUrl);
  const route = `${START_PATH}/batch`;
  const answered = await keepAsking(client, BATCHERS, ground.sizes.seconds / 2, route, body);
  ground.figure("in batches of 1,000", name, "per second", answered.perSecond * BATCH);
  await client.close();
  return answered.requests * BATCH;
}

/** With a worker until the workflows are registered, and none while they are started. */
const drover: Part = {
  name: DROVER,
  run: (ground) =>
    withRunning(
      () => Drover.start(ground.servers, { workers: 1 }),
      async ({ subject, origin, processes, workers }) => {
        await Promise.all(workers.map((worker) => processes.end(worker)));
        const single = await oneByOne(origin, START_PATH, DROVER, ground);
        const many = await batches(origin, DROVER, ground);
        ground.checked(await subject.checkStarted(single + many));
      },
    ),
};

const bareInsert: Part = {
  name: BARE_INSERT,
  run: async (ground) => {
    const database = await createDatabase(ground.servers.databaseUrl);
    const processes = new Processes();
    try {
      const port = String(await freePort());
      const origin = `http://127.0.0.1:${port}`;
      const settings = { DATABASE_URL: database.url, PORT: port };
      const server = processes.start(BARE_INSERT, BARE_INSERT_SERVER, settings);
      const health = new HttpClient(origin, 1);
      await processes.untilUp(server, () => health.isOk("/health"));
      await health.close();
      const requests = await oneByOne(origin, "/instances", BARE_INSERT, ground);
      await demandRows(database.url, requests);
      ground.checked(requests);
    } finally {
      await processes.stop();
      await database.drop();
    }
  },
};

async function demandRows(databaseUrl: string, wanted: number): Promise<void> {
  const sql = onlooker(databaseUrl);
  try {
    const [row] = await sql<{ found: number }[]>`select count(*)::int as found from started`;
    if (row?.found !== wanted) throw new Error(`${wanted} rows were inserted, ${row?.found} found`);
  } finally {
    await sql.end();
  }
}

/** Workflows that are started over HTTP and wait for workers. */
export const start: Measure = { name: "start", parts: [drover, bareInsert] };
