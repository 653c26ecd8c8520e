import { newId } from "@drover/db";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { createDatabase, type OwnDatabase } from "../world/databases.ts";
import { onlooker } from "../world/processes.ts";
import { Subject } from "./subject.ts";

/** Rows of steps that a workflow is to have here. */
const EACH = 2;

let database: OwnDatabase;
let subject: Subject;
beforeAll(async () => {
  database = await createDatabase(inject("databaseUrl"));
  subject = new Subject(
    {
      name: "subject",
      origin: "http://127.0.0.1:1",
      onePath: "/",
      oneOf: () => ({}),
      batchPath: "/",
      batchOf: () => ({}),
      table: "flows",
      stepTable: "steps",
      live: ["running"],
      stepOwner: "flow_id",
      stepKey: "flow_id, step_name",
      stepSucceeded: "succeeded",
      numberOf: "result::float8",
    },
    onlooker(database.url),
  );
  await subject.sql.unsafe(`
    create table flows (
      id uuid, status text, started_at timestamptz default now(), completed_at timestamptz)
      with (autovacuum_enabled = off);
    create index on flows (status, id);
    create table steps (flow_id uuid, step_name text, succeeded boolean, result text)`);
});
beforeEach(() => subject.sql.unsafe("truncate flows, steps"));
afterAll(async () => {
  await subject.close();
  await database.drop();
});

async function flow(status: string, steps: readonly string[], succeeded = true): Promise<void> {
  const id = newId();
  await subject.sql`insert into flows (id, status) values (${id}, ${status})`;
  for (const step of steps) {
    await subject.sql`insert into steps values (${id}, ${step}, ${succeeded}, '1.5')`;
  }
}

test("given workflows whose steps have a row each, then they are counted", async () => {
  await flow("completed", ["a", "b"]);
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await flow("completed", ["a", "b"]);
  expect(await subject.check(mark, 2, EACH)).toBe(4);
  expect(await subject.results(mark, "b")).toEqual([1.5, 1.5]);
});

test.each([
  ["a step that is missing", "completed", ["a"], true, '"rows":3'],
  ["a step that is there twice", "completed", ["a", "a"], true, '"steps":3'],
  ["a step that has not succeeded", "completed", ["a", "b"], false, '"succeeded":2'],
  ["a workflow that is not over", "running", ["a", "b"], true, '"completed":1'],
])("given %s, then that is an error", async (_, status, steps, succeeded, told) => {
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await flow(status, steps, succeeded);
  await expect(subject.check(mark, 2, EACH)).rejects.toThrow(told);
});

test("given a workflow that was never started, then that is an error", async () => {
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await expect(subject.check(mark, 2, EACH)).rejects.toThrow('found {"workflows":1');
});

/** Rows that were counted as under way before and after a mark, and have ended since. */
const COUNTED = `
insert into flows (id, status)
  select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'running'
  from generate_series(1, 20000) n;
analyze flows;
update flows set status = 'completed'`;
const IN_THE_MIDST = "00000000-0000-7000-8000-000000002710";

/** How often the table was read from end to end. */
async function scans(): Promise<number> {
  await subject.sql.unsafe("select pg_stat_force_next_flush()");
  const [row] = await subject.sql.unsafe<{ scans: number }[]>(
    "select seq_scan::int as scans from pg_stat_user_tables where relname = 'flows'",
  );
  return row?.scans ?? Number.NaN;
}

test("given workflows that were counted while they ran, then a look whether all is over reads no table through", async () => {
  await subject.sql.unsafe(COUNTED);
  const before = await scans();
  await subject.untilOver(IN_THE_MIDST, 1);
  expect(await scans()).toBe(before);
});
