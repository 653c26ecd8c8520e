import { createTestDatabase } from "@drover/db/testing";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { afterEach, expect, inject, test, vi } from "vitest";

const MAIN = path.join(import.meta.dirname, "main.ts");
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts the program; resolves with the first line it says that matches. */
async function start(environment: NodeJS.ProcessEnv, line: RegExp) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let output = "";
  const { promise: said, resolve } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const match = line.exec(output);
      if (match !== null) resolve(match[1] ?? match[0]);
    });
  }
  const exited = once(child, "exit").then(([code]: unknown[]) => code);
  return { child, exited, said, output: () => output };
}

/** Nobody listens there any more; a connection that is merely cut does not count. */
async function expectRefused(url: string): Promise<void> {
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
}

test("serves until it is told to stop, finishes what is under way, and exits 0", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const environment = { DATABASE_URL: database.url, REDIS_URL: inject("redisUrl"), PORT: "0" };
  const { child, exited, said } = await start(environment, /"url":"([^"]+)"/);
  const url = await said;
  const health = await fetch(`${url}/health/ready`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: "ok" }]);

  // Half of a request is sent before the signal, and half after it. Node says `100 Continue` when it
  // hands the request on, so from then on it is under way.
  const body = JSON.stringify({ definition_name: "nothing" });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(
    `POST /workflows/instances HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n${body.slice(0, 10)}`,
  );
  const [goOn]: Buffer[] = await once(socket, "data");
  expect(goOn?.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  child.kill("SIGTERM");
  await vi.waitFor(() => expectRefused(`${url}/health/live`), { timeout: 15_000, interval: 20 });
  const answered = once(socket, "data");
  socket.write(body.slice(10));
  const [answer]: Buffer[] = await answered;
  expect(answer?.toString()).toMatch(/^HTTP\/1.1 404 /);
  // Who keeps connections looks for another server by itself.
  expect(answer?.toString()).toMatch(/\r\nconnection: close\r\n/i);
  expect(await exited).toBe(0);
  await database.drop();
});

test("given time until it closes its door, then readiness says so while requests are served", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const { child, exited, said } = await start(
    {
      DATABASE_URL: database.url,
      REDIS_URL: inject("redisUrl"),
      PORT: "0",
      DRAIN_DELAY_SECONDS: "6",
    },
    /"url":"([^"]+)"/,
  );
  const url = await said;
  const { status, headers } = await fetch(`${url}/workflows/instances`);
  expect([status, headers.get("connection")]).toEqual([200, "keep-alive"]);

  child.kill("SIGTERM");
  const stopping = await vi.waitFor(
    async () => {
      const ready = await fetch(`${url}/health/ready`);
      expect(ready.status).toBe(503);
      return ready;
    },
    { timeout: 5_500, interval: 20 },
  );
  expect(await stopping.json()).toMatchObject({ status: "stopping", postgres: "ok" });
  const served = await fetch(`${url}/workflows/instances`);
  expect([served.status, served.headers.get("connection")]).toEqual([200, "close"]);
  await vi.waitFor(() => expectRefused(`${url}/health/live`), { timeout: 15_000, interval: 20 });
  expect(await exited).toBe(0);
  await database.drop();
});

test("a body that is too large gets its answer over a real connection too", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const environment = { DATABASE_URL: database.url, REDIS_URL: inject("redisUrl"), PORT: "0" };
  const { child, exited, said } = await start(environment, /"url":"([^"]+)"/);
  const url = await said;
  const headers = { "content-type": "application/json" };
  for (const size of [1_100_000, 20_000_000]) {
    const body = JSON.stringify({ definition_name: "x".repeat(size) });
    const response = await fetch(`${url}/workflows/instances`, { method: "POST", headers, body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "BODY_TOO_LARGE" });
  }
  const stream = new Blob(["x".repeat(2_000_000)]).stream();
  const chunked = await fetch(`${url}/workflows/instances`, {
    method: "POST",
    headers,
    body: stream,
    duplex: "half",
  });
  expect(chunked.status).toBe(413);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
  await database.drop();
});

test("a wrong variable is one clear line, and exit code 1", async () => {
  const { exited, output } = await start({ PORT: "x" }, /never/);
  expect(await exited).toBe(1);
  expect(output()).toBe(
    "DATABASE_URL is not set: expected a URL like postgres://user:password@host:5432/database; " +
      'PORT is "x": expected a whole number from 0 to 65535\n',
  );
});

test("given keys, then strangers are kept out and no secret is in the log [scenario 98]", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const secret = "operator-0123456789";
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: inject("redisUrl"),
    HOST: "0.0.0.0",
    PORT: "0",
    LOG_LEVEL: "trace",
    API_KEYS: `${secret},acme-0123456789abcdef@acme`,
  };
  const { child, exited, said, output } = await start(environment, /"url":"([^"]+)"/);
  const url = (await said).replace("0.0.0.0", "127.0.0.1");
  expect((await fetch(`${url}/workflows/instances`)).status).toBe(401);
  const headers = { authorization: `Bearer ${secret}` };
  expect((await fetch(`${url}/workflows/instances`, { headers })).status).toBe(200);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
  expect(output()).not.toMatch(/0123456789|API_KEYS/);
  await database.drop();
});

test.each([
  ["0.0.0.0", true],
  ["127.0.0.1", false],
])("given no keys on %s, then a warning in the log: %s", async (host, warns) => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const servers = { DATABASE_URL: database.url, REDIS_URL: inject("redisUrl") };
  const { child, exited, said, output } = await start(
    { ...servers, HOST: host, PORT: "0" },
    /"url":"([^"]+)"/,
  );
  await said;
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
  expect(output().match(/"level":40.*API_KEYS is not set/g) ?? []).toHaveLength(warns ? 1 : 0);
  await database.drop();
});

test("wrong keys are one clear line that repeats none of them, and exit code 1", async () => {
  const servers = { DATABASE_URL: inject("databaseUrl"), REDIS_URL: inject("redisUrl") };
  const { exited, output } = await start({ ...servers, API_KEYS: "hush-hush@acme" }, /never/);
  expect(await exited).toBe(1);
  expect(output()).toMatch(/^API_KEYS is wrong: expected keys separated by commas.*\n$/);
  expect(output()).not.toContain("hush");
});

test("a port that is taken is one clear line, and exit code 1", async () => {
  const database = await createTestDatabase(inject("databaseUrl"));
  const redis = new URL(inject("redisUrl"));
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.href,
    HOST: redis.hostname,
    PORT: redis.port,
  };
  const { exited, output } = await start(environment, /never/);
  expect(await exited).toBe(1);
  expect(output()).toMatch(/^The API ended: .*EADDRINUSE.*\n$/);
  await database.drop();
});
