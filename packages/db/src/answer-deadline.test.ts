import { processPorts } from "@drover/platform";
import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { openDatabase, type Database } from "./client.ts";
import { isConnectionError } from "./store/connection-errors.ts";
import { persist } from "./store/persist.ts";
import { SwallowingProxy } from "./testing/swallowing-proxy.ts";

/** Connections of the client under test. */
const CONNECTIONS = 2;

/** Milliseconds, on a slow day. */
const PATIENCE = 20_000;
vi.setConfig({ testTimeout: 3 * PATIENCE });

let proxy: SwallowingProxy;
let database: Database;
beforeEach(async () => {
  const through = await SwallowingProxy.before(inject("databaseUrl"));
  proxy = through.proxy;
  database = openDatabase(through.url, {
    applicationName: "deadline-test",
    // The preferred one is not asked here.
    statementConnections: CONNECTIONS + 1,
    queryConnections: 1,
    statementSeconds: 1,
  });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await database.close();
});

/** What became of many statements at once: their answers, or the codes of their errors. */
async function ask(count: number): Promise<unknown[]> {
  const asked = Array.from({ length: count }, (_, n) =>
    database.statements.unsafe("select $1::int as n", [n], { prepare: true }),
  );
  const settled = await Promise.allSettled(asked);
  return settled.map((each) => {
    if (each.status === "fulfilled") return each.value[0]?.["n"];
    expect(isConnectionError(each.reason)).toBe(true);
    return each.reason.code;
  });
}

test("given a network that swallows what is asked, then the question ends in time and the pool serves again", async () => {
  expect(await ask(4)).toEqual([0, 1, 2, 3]);
  proxy.swallow();
  const began = performance.now();
  const codes = await ask(4);
  const seconds = (performance.now() - began) / 1_000;
  expect(new Set(codes)).toEqual(new Set(["ANSWER_TIMEOUT"]));
  // A second for the statement and two on the way; whoever stood behind it is told with it.
  expect(seconds).toBeGreaterThan(2.5);
  expect(seconds).toBeLessThan(PATIENCE / 1_000);
  process.stdout.write(`four questions without an answer ended after ${seconds.toFixed(1)} s\n`);

  proxy.passOn();
  // The old connections are dead for ever; new ones take their slots. Who asks before they have gone
  // may hear of it once more, as whoever repeats statements knows.
  const again = await persist(
    { ...processPorts, patience: PATIENCE },
    () => database.statements`select 1 as n`,
  );
  expect(again).toEqual([{ n: 1 }]);
  expect(await ask(4 * CONNECTIONS)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("given a server that takes connections and says nothing, then whoever waits for one is told in time", async () => {
  proxy.swallow();
  const began = performance.now();
  const codes = await ask(CONNECTIONS + 50);
  const seconds = (performance.now() - began) / 1_000;
  expect(new Set(codes)).toEqual(new Set(["CONNECT_TIMEOUT", "QUEUE_TIMEOUT"]));
  expect(codes.filter((code) => code === "QUEUE_TIMEOUT")).toHaveLength(50);
  expect(seconds).toBeLessThan(PATIENCE / 1_000);

  proxy.passOn();
  expect(await ask(2)).toEqual([0, 1]);
});

test("given a statement that takes too long, then the server ends it and the connection stays", async () => {
  const backend = async () => {
    const [row] = await database.statements`select pg_backend_pid() as pid`;
    return row?.["pid"];
  };
  const before = new Set(await Promise.all([backend(), backend()]));
  await expect(database.statements`select pg_sleep(30)`).rejects.toMatchObject({ code: "57014" });
  expect(before).toContain(await backend());
});

test("every connection has limits of its own, of the server and of the client", async () => {
  const limits = sql`select current_setting('statement_timeout') as statement,
    current_setting('lock_timeout') as lock,
    current_setting('idle_in_transaction_session_timeout') as idle`;
  const expected = [{ statement: "1s", lock: "1s", idle: "10s" }];
  expect([...(await database.queries.execute(limits))]).toEqual(expected);
  const { sql: text } = new PgDialect().sqlToQuery(limits);
  expect([...(await database.statements.unsafe(text))]).toEqual(expected);
});
