import path from "node:path";
import { createTestDatabase, type TestDatabase } from "@drover/db/testing";
import postgres from "postgres";
import journal from "../../packages/db/migrations/meta/_journal.json" with { type: "json" };
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { EXAMPLES } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "@drover/local-servers";

const APPS = path.resolve(import.meta.dirname, "../../apps");

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase(inject("databaseUrl"));
});
afterEach(() => database.drop());

async function inDatabase(statement: string): Promise<void> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(statement);
  await sql.end();
}

/** The last migration that programs need; those that take something away need not have been run. */
const NEEDED = journal.entries.findLast(({ tag }) => !tag.includes("_contract_"));

/** As a release before this one has left it: that migration has not been run. */
const ONE_BEHIND = `
delete from drizzle.__drizzle_migrations where created_at >= ${NEEDED?.when}`;

/** As a release after this one has left it. */
const AHEAD = `
insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999);
alter table workflow_instances add column later text`;

describe.each(["api", "worker"])("the %s", (app) => {
  const start = () =>
    new Program(app, path.join(APPS, app, "src/main.ts"), {
      DATABASE_URL: database.url,
      REDIS_URL: inject("redisUrl"),
      QUEUE_PREFIX: database.url.slice(-20),
      WORKFLOWS: EXAMPLES,
      PORT: "0",
    });

  test.each([
    ["that is one migration behind", ONE_BEHIND, /is at migration 0\d+_\w+, this program needs 0/],
    ["without tables", "drop schema drizzle cascade", /has no tables yet, this program needs 0/],
  ])("given a database %s, then it says so in a line and exits 1", async (_, change, reason) => {
    await inDatabase(change);
    const program = start();
    expect(await program.exited).toEqual({ code: 1, signal: null });
    const telling = program.lines.filter((line) => reason.test(line));
    expect(telling).toHaveLength(1);
    expect(telling[0]).toContain("run the migrations first");
  });

  test("given a database that is ahead, then it works on it", async () => {
    await inDatabase(AHEAD);
    const program = start();
    await eventually("it is up", () =>
      program.lines.some((line) => /the API listens|worker started/.test(line)),
    );
    expect(await program.terminate()).toEqual({ code: 0, signal: null });
  });
});
