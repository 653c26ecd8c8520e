import path from "node:path";
import { freePort, Program } from "@drover/local-servers";
import { Redis } from "ioredis";
import { afterEach, expect, test, vi } from "vitest";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { useOwnRedis } from "../support/own-redis.ts";

const APPS = path.resolve(import.meta.dirname, "../../apps");

/** Every secret that a process is given begins so; what has to be escaped in URLs and JSON included. */
const MARK = "sEcReT";
const DATABASE_PASSWORD = `${MARK}-database/"1"`;
const REDIS_PASSWORD = `${MARK}-redis-1`;
const API_KEY = `${MARK}-key-0123456789`;
const TOKEN = `${MARK}-token-0123456789`;

/** Milliseconds for a process to come up or to say what is wrong, and for a test, on a slow day. */
const PATIENCE = 60_000;
vi.setConfig({ testTimeout: 4 * PATIENCE });

const redis = useOwnRedis();
const drover = useDrover({ apis: 0, workers: 0 });

const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

/** A URL with another password, and perhaps at another place. */
function withPassword(url: string, password: string, port?: number): string {
  const other = new URL(url);
  other.password = encodeURIComponent(password);
  if (port !== undefined) other.port = String(port);
  return other.href;
}

/** Everything that was printed and answered, to be looked through as a whole. */
class Told {
  readonly #answers: string[] = [];

  get all(): string {
    const printed = programs.flatMap((program) => program.lines);
    return [...printed, ...this.#answers].join("\n");
  }

  async ask(url: string, init: RequestInit = {}): Promise<number> {
    const response = await fetch(url, init);
    const headers = JSON.stringify([...response.headers]);
    this.#answers.push(`${response.status} ${headers} ${await response.text()}`);
    return response.status;
  }
}

async function startApi(settings: Readonly<Record<string, string>>): Promise<string> {
  const port = String(await freePort());
  const program = new Program("api", path.join(APPS, "api/src/main.ts"), {
    LOG_LEVEL: "trace",
    API_KEYS: API_KEY,
    PORT: port,
    ...settings,
  });
  programs.push(program);
  const url = `http://127.0.0.1:${port}`;
  await eventually("the API listens", async () => (await fetch(`${url}/health/live`)).ok, PATIENCE);
  return url;
}

function startWorker(settings: Readonly<Record<string, string>>): Program {
  const program = new Program("worker", path.join(APPS, "worker/src/main.ts"), {
    LOG_LEVEL: "trace",
    WORKFLOWS: HELD_WORK,
    ...settings,
  });
  programs.push(program);
  return program;
}

/** Requests of all kinds, good and bad, with the token and the key where they may be. */
async function drive(told: Told, url: string): Promise<void> {
  const key = { authorization: `Bearer ${API_KEY}` };
  const json = { "content-type": "application/json" };
  const webhook = `${url}/workflows/webhooks/${TOKEN}`;
  await told.ask(`${url}/health/ready`);
  await told.ask(`${url}/workflows/instances`, { headers: key });
  await told.ask(`${url}/workflows/queues`, { headers: key });
  await told.ask(`${url}/workflows/instances`, {
    headers: { authorization: `Bearer ${API_KEY}x` },
  });
  await told.ask(`${url}/admin/queues`, {
    headers: { authorization: `Basic ${btoa(`me:${API_KEY}`)}` },
  });
  await told.ask(webhook, { method: "POST" });
  await told.ask(webhook, { method: "POST", headers: json, body: "{" });
  await told.ask(webhook, { method: "POST", headers: json, body: '"\\u0000"' });
  await told.ask(webhook, { method: "POST", headers: { "content-type": "text/plain" }, body: "x" });
  await told.ask(webhook, { headers: key });
  await told.ask(`${webhook}/more`, { method: "POST", headers: key });
  const start = JSON.stringify({ definition_name: "none" });
  await told.ask(`${url}/workflows/instances`, {
    method: "POST",
    headers: { ...key, ...json },
    body: start,
  });
}

/** Of a token that its caller has sent, and of what this process was given, nothing is told. */
function expectNoSecret(told: Told): void {
  expect(told.all.split("\n").filter((line) => line.includes(MARK))).toEqual([]);
}

test("given passwords that are wrong, then what goes wrong is told, and no secret is", async () => {
  const told = new Told();
  const { databaseUrl } = drover().connection;
  const settings = {
    DATABASE_URL: withPassword(databaseUrl, DATABASE_PASSWORD),
    REDIS_URL: withPassword(redis().url, REDIS_PASSWORD),
  };
  const client = new Redis(redis().url);
  await client.config("SET", "requirepass", "another-one");
  try {
    const url = await startApi(settings);
    const worker = startWorker(settings);
    await drive(told, url);
    expect(await worker.exited).toMatchObject({ code: 1 });
    expect(told.all).toMatch(/password authentication failed/);
    expect(told.all).toMatch(/503 .*DATABASE_UNAVAILABLE/);
    // A worker whose database is right and whose Redis is not goes on, and says so.
    startWorker({ ...settings, DATABASE_URL: databaseUrl });
    await eventually(
      "the queue's trouble is told",
      () => /WRONGPASS|NOAUTH/.test(told.all),
      PATIENCE,
    );
    expectNoSecret(told);
  } finally {
    await client.config("SET", "requirepass", "");
    client.disconnect();
  }
});

test("given servers that are not there, then what goes wrong is told, and no secret is", async () => {
  const told = new Told();
  const nowhere = await freePort();
  const settings = {
    DATABASE_URL: withPassword(drover().connection.databaseUrl, DATABASE_PASSWORD, nowhere),
    REDIS_URL: withPassword(redis().url, REDIS_PASSWORD, nowhere),
  };
  const url = await startApi(settings);
  await drive(told, url);
  startWorker({ ...settings, DATABASE_URL: drover().connection.databaseUrl });
  await eventually(
    "the queue's trouble is told",
    () => /\[worker\].*ECONNREFUSED/.test(told.all),
    PATIENCE,
  );
  expectNoSecret(told);
});

test("given everything in order, then at the lowest level the log holds no secret either", async () => {
  const told = new Told();
  const settings = { DATABASE_URL: drover().connection.databaseUrl, REDIS_URL: redis().url };
  const url = await startApi(settings);
  const worker = startWorker(settings);
  await eventually(
    "the worker is up",
    () => worker.lines.some((line) => /started/.test(line)),
    PATIENCE,
  );
  await drive(told, url);
  expectNoSecret(told);
  const { password } = new URL(settings.DATABASE_URL);
  expect(password).not.toBe("");
  expect(told.all).not.toContain(password);
});

test("given settings that are wrong, then they are named without what was given", async () => {
  for (const [name, wrong] of Object.entries({
    DATABASE_URL: `mysql://me:${MARK}@host`,
    REDIS_URL: `http://me:${MARK}@host`,
    API_KEYS: `${MARK},${MARK}`,
  })) {
    const program = new Program("api", path.join(APPS, "api/src/main.ts"), {
      DATABASE_URL: drover().connection.databaseUrl,
      REDIS_URL: redis().url,
      [name]: wrong,
    });
    programs.push(program);
    expect(await program.exited).toMatchObject({ code: 1 });
    expect(program.lines.join("\n")).toMatch(name);
    expect(program.lines.join("\n")).not.toContain(MARK);
  }
});
