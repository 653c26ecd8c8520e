import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { freePort } from "../servers/ports.ts";
import { type ProgramUnderTest, runProgram } from "../testing/program-under-test.ts";
import { testRedisProgram } from "../testing/test-redis-program.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { findRedisServer } from "../servers/redis-programs.ts";
import { isAlive } from "../processes/process-identity.ts";

const migrate = `console.log("migrated", process.env.DATABASE_URL.split(":")[0]);`;
const api = `
  import { createServer } from "node:http";
  const { HOST, PORT, QUEUE_BACKEND, REDIS_URL, API_PREFIX } = process.env;
  const server = createServer((request, response) => response.end("ok")).listen(Number(PORT), HOST);
  console.log("serving", API_PREFIX, QUEUE_BACKEND, REDIS_URL, process.pid);
  process.once("SIGTERM", () => { console.log("api done"); server.close(() => process.exit(0)); });`;
const worker = `
  const { WORKFLOWS, QUEUE_BACKEND, QUEUE_PREFIX, CONCURRENCY, LOST_AFTER_SECONDS } = process.env;
  console.log("settings", QUEUE_BACKEND, QUEUE_PREFIX, CONCURRENCY, LOST_AFTER_SECONDS);
  console.log("working", WORKFLOWS, process.pid);
  process.once("SIGTERM", () => { console.log("worker done"); process.exit(0); });
  setInterval(() => {}, 1000);`;

interface Fakes {
  readonly migrate?: string;
  readonly api?: string;
  readonly worker?: string;
}

/** Runs the start program on small stand-ins for the three programs it starts. */
async function start(folder: string, environment: NodeJS.ProcessEnv, fakes: Fakes = {}) {
  const write = (name: string, text: string) => {
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, text);
    return JSON.stringify(file);
  };
  const module = path.join(import.meta.dirname, "start-program.ts");
  const script = path.join(folder, "start.mjs");
  writeFileSync(
    script,
    `import { runStart } from ${JSON.stringify(module)};
     process.exit(await runStart({
       migrate: ${write("migrate", fakes.migrate ?? migrate)},
       api: ${write("api", fakes.api ?? api)},
       worker: ${write("worker", fakes.worker ?? worker)},
     }));`,
  );
  const port = await freePort();
  const program = runProgram(script, { PATH: folder, PORT: String(port), ...environment });
  return { program, port };
}

function tested() {
  return { DATABASE_URL: inject("databaseUrl"), REDIS_URL: inject("redisUrl") };
}

async function untilAllRun(program: ProgramUnderTest): Promise<void> {
  await program.untilLine(/^\[worker-1\] working/);
  await program.untilLine(/^\[worker-2\] working/);
  await program.untilLine(/^Ctrl-C stops/);
}

function pidsOf(program: ProgramUnderTest): number[] {
  return program.lines
    .filter((line) => /serving|working/.test(line))
    .map((line) => Number(line.split(" ").at(-1)));
}

test("given nothing but a folder, when started twice, then it says what it took and finds its data again", async () => {
  using folder = temporaryFolder();
  const data = path.join(folder.path, "data");
  const environment = { DATA_DIR: data, WORKERS: "1", WORKFLOWS: "@drover/engine" };
  const first = await start(folder.path, environment);
  await first.program.untilLine(new RegExp(`^ready http://127.0.0.1:${first.port}$`));
  await first.program.untilLine(/^\[worker-1\] working @drover\/engine/);
  await first.program.untilLine(/^Ctrl-C stops everything/);
  first.program.signal("SIGINT");
  expect(await first.program.exited).toBe(0);
  const installed = findRedisServer({ PATH: folder.path });
  expect(
    first.program.lines.filter((line) => /^Postgres|^queue|^workers|migrated/.test(line)),
  ).toEqual([
    `Postgres: embedded server, data in ${data}/postgres`,
    installed === undefined
      ? "queue: BullMQ on Postgres, as there is no REDIS_URL and no redis-server or valkey-server"
      : `queue: ${installed.path}, data in ${data}/redis`,
    "[migrate] migrated postgres",
    "workers: 1, with @drover/engine",
  ]);
  expect(first.program.lines.find((line) => line.includes("serving"))).toMatch(
    installed === undefined ? /serving \/workflows postgres undefined/ : / redis redis:/,
  );
  const password = () => readFileSync(path.join(data, "postgres.password"), "utf8");
  const before = password();

  const second = await start(folder.path, environment);
  await second.program.untilLine(/^ready/);
  second.program.signal("SIGTERM");
  expect(await second.program.exited).toBe(0);
  expect(password()).toBe(before);
});

test("given a redis-server on PATH, when started and stopped, then it is used and stopped after the API", async () => {
  using folder = temporaryFolder();
  const { path: server, libraries = [] } = await testRedisProgram();
  writeFileSync(
    path.join(folder.path, "redis-server"),
    `#!/bin/sh\nLD_LIBRARY_PATH='${libraries.join(":")}' exec '${server}' "$@"\n`,
    { mode: 0o755 },
  );
  const variables = { DATABASE_URL: inject("databaseUrl"), DATA_DIR: folder.path };
  const { program } = await start(folder.path, variables);
  await program.untilLine(/^Ctrl-C stops/);
  program.signal("SIGINT");
  expect(await program.exited).toBe(0);
  expect(program.lines).toContain(
    `queue: ${folder.path}/redis-server, data in ${folder.path}/redis`,
  );
  expect(program.lines.find((line) => line.includes("serving"))).toMatch(/ redis redis:/);
  expect(program.lines.filter((line) => line.startsWith("stopping"))).toEqual([
    "stopping workers",
    "stopping API",
    "stopping Redis",
  ]);
});

test("given QUEUE_BACKEND=postgres and a redis-server, when started, then the queue is on Postgres", async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, "redis-server"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const { program } = await start(folder.path, {
    DATABASE_URL: inject("databaseUrl"),
    QUEUE_BACKEND: "postgres",
    QUEUE_PREFIX: "mine",
    CONCURRENCY: "3",
  });
  await program.untilLine(/^Ctrl-C stops/);
  await program.untilLine(/^\[worker-1\] settings postgres mine 3 5$/);
  program.signal("SIGINT");
  expect(await program.exited).toBe(0);
  expect(program.lines).toContain("queue: BullMQ on Postgres (QUEUE_BACKEND)");
});

test("given a worker that ends before it is up, when started, then one line says why, with code 1", async () => {
  using folder = temporaryFolder();
  const failing = `setTimeout(() => { throw new Error("no luck"); }, 300);`;
  const { program } = await start(folder.path, { ...tested(), WORKERS: "1" }, { worker: failing });
  expect(await program.exited).toBe(1);
  expect(program.lines.at(-1)).toBe("worker-1 ended (exit code 1): Error: no luck");
  expect(program.lines.filter((line) => /^ready|again/.test(line))).toEqual([]);
});

test("given a reader that goes away, when something is printed, then all stop in order", async () => {
  using folder = temporaryFolder();
  const talking = `
    import { writeFileSync } from "node:fs";
    process.once("SIGTERM", () => {
      writeFileSync(${JSON.stringify(path.join(folder.path, "stopped"))}, "");
      process.exit(0);
    });
    console.log("working", process.pid);
    setInterval(() => console.log("still here"), 20);`;
  const { program } = await start(folder.path, tested(), { worker: talking });
  await untilAllRun(program);
  program.stopReading();
  expect(await program.exited).toBe(0);
  expect(readdirSync(folder.path)).toContain("stopped");
});

test("given everything runs, when three signals arrive at once, then all stop in order", async () => {
  using folder = temporaryFolder();
  const { program } = await start(folder.path, tested());
  await untilAllRun(program);
  // Different ones: the system makes one of several equal signals that wait.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) program.signal(signal);
  expect(await program.exited).toBe(0);
  const stopping = program.lines.slice(program.lines.indexOf("stopping workers"));
  expect(stopping.slice(1, 3).sort()).toEqual(["[worker-1] worker done", "[worker-2] worker done"]);
  expect(stopping.slice(3)).toEqual(["stopping API", "[api] api done"]);
  expect(pidsOf(program).filter(isAlive)).toEqual([]);
});

test("given a worker that does not stop, when Ctrl-C arrives again later, then all end at once", async () => {
  using folder = temporaryFolder();
  const stubborn = `
    console.log("working", process.pid);
    process.on("SIGTERM", () => setTimeout(() => console.log("press again"), 600));
    setInterval(() => {}, 1000);`;
  const { program } = await start(folder.path, tested(), { worker: stubborn });
  await untilAllRun(program);
  program.signal("SIGINT");
  await program.untilLine(/press again/);
  program.signal("SIGINT");
  expect(await program.exited).toBe(130);
  expect(pidsOf(program).filter(isAlive)).toEqual([]);
});

test("given an API that ends by itself, when it does, then the run ends with its words and code 1", async () => {
  using folder = temporaryFolder();
  const failing = `${api}\nsetTimeout(() => { throw new Error("out of luck"); }, 300);`;
  const { program } = await start(folder.path, tested(), { api: failing });
  await program.untilLine(/^ready/);
  expect(await program.exited).toBe(1);
  expect(program.lines).toContain("The API ended (exit code 1): Error: out of luck");
  expect(pidsOf(program).filter(isAlive)).toEqual([]);
});

test("given a migration that fails, when started, then one line says why and nothing else runs", async () => {
  using folder = temporaryFolder();
  const failing = `console.error("Error: relation exists"); process.exit(3);`;
  const { program } = await start(folder.path, tested(), { migrate: failing });
  expect(await program.exited).toBe(1);
  expect(program.lines.at(-1)).toBe(
    "The tables could not be made (exit code 3): Error: relation exists",
  );
  expect(pidsOf(program)).toEqual([]);
});

test("given a start that is killed, when it is gone, then its children end as if asked to", async () => {
  using folder = temporaryFolder();
  const leaving = `
    import { writeFileSync } from "node:fs";
    process.once("SIGTERM", () => {
      writeFileSync(${JSON.stringify(folder.path)} + "/left-" + process.pid, "");
      process.exit(0);
    });
    console.log("working", process.pid);
    setInterval(() => {}, 1000);`;
  const { program } = await start(folder.path, tested(), { worker: leaving });
  await untilAllRun(program);
  program.signal("SIGKILL");
  await program.exited;
  const pids = pidsOf(program);
  expect(pids).toHaveLength(3);
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("left-"))).toHaveLength(2);
});
