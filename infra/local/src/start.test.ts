import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { freePort } from "./servers/ports.ts";
import { findRedisServer } from "./servers/redis-programs.ts";
import { runProgram } from "./testing/program-under-test.ts";

/** Runs the real program; these runs all end before it would start anything. */
async function startWith(variables: NodeJS.ProcessEnv) {
  const environment = { PATH: process.env["PATH"], PORT: String(await freePort()), ...variables };
  const program = runProgram(path.join(import.meta.dirname, "start.ts"), environment);
  return { code: await program.exited, lines: program.lines };
}

test("given a wrong variable, when started, then one line and exit code 1", async () => {
  expect(await startWith({ WORKERS: "many" })).toEqual({
    code: 1,
    lines: ['WORKERS is "many": expected a whole number from 1 to 64'],
  });
});

test("given a busy port, when started, then one line and exit code 1", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  expect(await startWith({ PORT: String(port) })).toEqual({
    code: 1,
    lines: [`Port ${port} on 127.0.0.1 is busy: stop the other program or set PORT`],
  });
  other.close();
});

test("given a database where nobody listens, when started, then one line without the password and exit code 1", async () => {
  const port = await freePort();
  expect(await startWith({ DATABASE_URL: `postgres://me:s3cret@127.0.0.1:${port}/db` })).toEqual({
    code: 1,
    lines: [
      `Cannot reach Postgres at postgres://me:***@127.0.0.1:${port}/db (DATABASE_URL): connect ECONNREFUSED 127.0.0.1:${port}`,
    ],
  });
});

test("given a database that accepts and says nothing, when started, then it gives up after some seconds", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { code, lines } = await startWith({ DATABASE_URL: `postgres://127.0.0.1:${port}/db` });
  expect(code).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Cannot reach Postgres at .* \(DATABASE_URL\): /);
  silent.close();
});

test("given a folder that cannot be made, when started, then one line and exit code 1", async () => {
  expect(await startWith({ DATA_DIR: "/dev/null/data" })).toEqual({
    code: 1,
    lines: [
      expect.stringMatching(
        /^Cannot make the folder \/dev\/null\/data \(.*\): set DATA_DIR to a folder that can be written$/,
      ),
    ],
  });
});

test("given a folder in /proc, when started, then one line and exit code 1", async () => {
  // Elsewhere /proc is a folder like any other, which only root could make.
  if (process.platform !== "linux") return;
  expect(await startWith({ DATA_DIR: "/proc/x/y" })).toEqual({
    code: 1,
    lines: [
      expect.stringMatching(
        /^Cannot make the folder \/proc\/x\/y \(.*\): set DATA_DIR to a folder that can be written$/,
      ),
    ],
  });
});

test("given a file instead of a folder, when started, then one line and exit code 1", async () => {
  expect(await startWith({ DATA_DIR: import.meta.filename })).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^Cannot make the folder .* \(it is a file\): set DATA_DIR/)],
  });
});

test("given a queue that has to be on Redis and no Redis, when started, then one line and exit code 1", async () => {
  // Homebrew's folders are looked at whatever PATH says.
  if (findRedisServer({}) !== undefined) return;
  expect(await startWith({ PATH: "", QUEUE_BACKEND: "redis" })).toEqual({
    code: 1,
    lines: [
      'QUEUE_BACKEND is "redis", but there is no REDIS_URL and no redis-server or valkey-server: set REDIS_URL, or QUEUE_BACKEND=postgres to do without',
    ],
  });
});

test("given a Redis where nobody listens, when started, then one line without the password and exit code 1", async () => {
  const port = await freePort();
  expect(await startWith({ REDIS_URL: `redis://:s3cret@127.0.0.1:${port}` })).toEqual({
    code: 1,
    lines: [
      `Cannot reach Redis at redis://:***@127.0.0.1:${port} (REDIS_URL): connect ECONNREFUSED 127.0.0.1:${port}`,
    ],
  });
});
