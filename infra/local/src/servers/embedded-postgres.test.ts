import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { expect, test } from "vitest";
import { runProgram } from "../testing/program-under-test.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openDataDirectory } from "./data-directory.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";

const copies = async () => (await openDataDirectory(".data")).path;

async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await question(sql);
  } finally {
    await sql.end();
  }
}

test("given an empty folder, when started, stopped, crashed and started, then data is kept", async () => {
  using folder = temporaryFolder();
  const options = { directory: folder.path, copies: await copies() };

  const first = await startEmbeddedPostgres(options);
  expect(first.adopted).toBe(false);
  await ask(first.url, (sql) => sql`create table fact (n int)`);
  await ask(first.url, (sql) => sql`insert into fact values (1)`);
  await first.stop();
  await expect(ask(first.url, (sql) => sql`select 1`)).rejects.toThrow(/ECONNREFUSED/);

  const second = await startEmbeddedPostgres(options);
  await ask(second.url, (sql) => sql`insert into fact values (2)`);
  await second.kill();

  const third = await startEmbeddedPostgres(options);
  expect(third.adopted).toBe(false);
  expect(await ask(third.url, (sql) => sql`select n from fact order by n`)).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  await third.stop();
});

test("given no settings, when started, then it is as durable as Postgres can be and takes 200 sessions", async () => {
  using folder = temporaryFolder();
  const server = await startEmbeddedPostgres({
    directory: folder.path,
    copies: await copies(),
    settings: { application_name: "it's me" },
  });
  const settings = await ask(
    server.url,
    (sql) => sql`
      select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'max_connections')
      order by name`,
  );
  expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
    "fsync=on",
    "full_page_writes=on",
    "max_connections=200",
    "synchronous_commit=on",
  ]);
  const withoutPassword = server.url.replace(/:[^:@]*@/, ":wrong@");
  await expect(ask(withoutPassword, (sql) => sql`select 1`)).rejects.toThrow(
    /password authentication failed/,
  );
  await server.stop();
});

test("given a server whose starter was killed, when started again, then it is adopted", async () => {
  using folder = temporaryFolder();
  const script = path.join(folder.path, "starter.ts");
  const module = path.join(import.meta.dirname, "embedded-postgres.ts");
  const options = { directory: folder.path, copies: await copies() };
  writeFileSync(
    script,
    `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
     const { url } = await startEmbeddedPostgres(${JSON.stringify(options)});
     console.log("url", url);
     setInterval(() => {}, 1000);`,
  );
  const starter = runProgram(script);
  const url = (await starter.untilLine(/^url /)).slice(4);
  starter.signal("SIGKILL");
  await starter.exited;

  const adopted = await startEmbeddedPostgres(options);
  expect(adopted).toMatchObject({ url, adopted: true });
  await adopted.stop();
  await expect(ask(url, (sql) => sql`select 1`)).rejects.toThrow(/ECONNREFUSED/);
});

test("given a lock file whose number another program has now, when started, then it starts", async () => {
  using folder = temporaryFolder();
  const options = { directory: folder.path, copies: await copies() };
  const first = await startEmbeddedPostgres(options);
  const lockFile = path.join(folder.path, "postgres/postmaster.pid");
  const lock = readFileSync(lockFile, "utf8");
  await first.stop();
  writeFileSync(lockFile, lock.replace(/^\d+/, String(process.pid)));

  const second = await startEmbeddedPostgres(options);
  expect(second.adopted).toBe(false);
  await second.stop();
});
