import type { InstanceId } from "@drover/engine";
import type { StoreUnderTest } from "@drover/engine/testing";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { INDEX_PLANS, type Queries } from "./client.ts";
import { deleteExpired } from "./commands/delete-expired.ts";
import { listExecutions } from "./queries/execution-history.ts";
import { findInstanceDetail } from "./queries/instance-detail.ts";
import { listInstances } from "./queries/list-instances.ts";
import { listTasks } from "./queries/list-tasks.ts";
import * as schema from "./schema/index.ts";
import { postgresStatements } from "./store/postgres-statements.ts";
import { PostgresStore } from "./store/postgres-store.ts";
import { everydayWork, type Waiting, type Waits } from "./testing/everyday-work.ts";
import {
  explainedConnection,
  extravagances,
  type Explained,
  type ExplainedConnection,
} from "./testing/explained.ts";
import { storeOn } from "./testing/postgres-under-test.ts";
import { seedHistory, settleHistory } from "./testing/seed-history.ts";
import { createTestDatabase, type TestDatabase } from "./testing/test-database.ts";

/*
 * 1,000,000 executions of finished instances, and 100,000 instances that wait or are ready. What is done on any day
 * reads no more of them than it needs: a bound of rows and blocks, not of time.
 */
const FINISHED = 333_334;
const WAITING = 100_000;

/** Executions that are ready, behind those that the tests make: a claim may not look through them. */
const BACKLOG = 20_000;

const MAKE_READY = `
with ready as (
  delete from workflow_timers where id in (select id from workflow_timers order by id desc limit ${BACKLOG})
  returning step_execution_id)
update workflow_step_executions e
set status = 'scheduled', wait = null, dispatched_at = now() + (1 + random()) * interval '1 hour'
from ready where e.id = ready.step_execution_id`;

/** For what concerns a few instances, or a page of them. */
const FRUGAL = { rows: 1_000, blocks: 2_000 };

/** Milliseconds for writing all of it, on a busy machine. */
const PATIENCE = 300_000;

const TABLES = ["instances", "step_executions", "human_tasks", "timers", "callbacks"];

let testDatabase: TestDatabase;
let look: Sql;
let everyday: ExplainedConnection;
let engine: ExplainedConnection;
let under: StoreUnderTest;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  look = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
  // What was planned on empty tables is planned anew when somebody counts what is in them.
  for (const table of TABLES)
    await look.unsafe(`alter table workflow_${table} set (autovacuum_enabled = off)`);
  engine = await explainedConnection(testDatabase.url, INDEX_PLANS);
  everyday = await explainedConnection(testDatabase.url);
  under = storeOn(new PostgresStore(engine.sql, 10_000), look, async () => {
    await Promise.all([engine.sql.end(), everyday.sql.end(), look.end()]);
    await testDatabase.drop();
  });
  await everydayWork(under, postgresStatements(engine.sql));
  await seedHistory(testDatabase.url, {
    finished: FINISHED,
    waiting: WAITING,
    contextCharacters: 20,
    resultCharacters: 10,
    settled: false,
  });
  await look.unsafe(MAKE_READY);
}, PATIENCE);
afterAll(() => under.close());

/** One that waits in the midst of the others. */
async function waiting(table: string, id: string): Promise<Waiting> {
  const [row] = await look.unsafe<{ instance_id: InstanceId; wait_id: string }[]>(
    `select instance_id, ${id} as wait_id from workflow_${table} wait
     where exists (select 1 from workflow_instances i where i.id = instance_id and i.status = 'waiting')
     order by 2 offset 5000 limit 1`,
  );
  if (row === undefined) throw new Error(`nobody waits in ${table}`);
  return { instanceId: row.instance_id, waitId: row.wait_id };
}

async function someWaits(): Promise<Waits> {
  const task = await waiting("human_tasks", "id");
  const timer = await waiting("timers", "id");
  return { task, timer, callback: await waiting("callbacks", "step_execution_id") };
}

const problems = (statements: readonly Explained[]) =>
  statements.flatMap((statement) => extravagances(statement, FRUGAL));

describe("what the engine does on any day reads little of a long history", () => {
  async function worked(): Promise<readonly Explained[]> {
    const waits = await someWaits();
    engine.take();
    await everydayWork(under, postgresStatements(engine.sql), waits);
    const done = engine.take();
    // Commits, claims and loads of all of them, and what the sweepers ask.
    expect(done.length).toBeGreaterThan(50);
    return done;
  }

  test("planned while the tables were empty", async () => {
    expect(problems(await worked())).toEqual([]);
  });

  test(
    "planned when all of it was counted",
    async () => {
      await settleHistory(look);
      expect(problems(await worked())).toEqual([]);
    },
    PATIENCE,
  );
});

describe("what is asked of the API reads little of a long history", () => {
  const PAGE = { limit: 50, offset: 0 };
  let someInstance: InstanceId;
  beforeAll(async () => {
    await settleHistory(look);
    someInstance = (await waiting("human_tasks", "id")).instanceId;
  }, PATIENCE);

  const cases: [string, (queries: Queries) => Promise<unknown>][] = [
    ["the newest instances", (queries) => listInstances(queries, {}, PAGE)],
    ["those that wait", (queries) => listInstances(queries, { status: "waiting" }, PAGE)],
    ["those that failed", (queries) => listInstances(queries, { status: "failed" }, PAGE)],
    ["those of a workflow", (queries) => listInstances(queries, { workflowName: "w" }, PAGE)],
    [
      "those of a correlation id",
      (queries) => listInstances(queries, { correlationId: "history-5000" }, PAGE),
    ],
    ["pending tasks", (queries) => listTasks(queries, { status: "pending" }, PAGE)],
    [
      "tasks of a person",
      (queries) => listTasks(queries, { status: "pending", assigneeId: "person-7" }, PAGE),
    ],
    ["an instance", (queries) => findInstanceDetail(queries, someInstance, 500)],
    ["its history", (queries) => listExecutions(queries, someInstance, PAGE)],
  ];
  test.each(cases)("%s", async (_, query) => {
    const queries = drizzle(everyday.sql, { schema });
    everyday.take();
    await query(queries);
    const done = everyday.take();
    expect(done.length).toBeGreaterThan(0);
    // How many there are altogether is counted, by an index that holds them.
    const single = done.filter((statement) => !statement["Query Text"].startsWith("select count("));
    expect(problems(single)).toEqual([]);
  });
});

test("retention reads what it deletes in one piece, and little else", async () => {
  const queries = drizzle(everyday.sql, { schema });
  const completedBefore = new Date(Date.now() - 20 * 86_400_000);
  everyday.take();
  expect((await deleteExpired(queries, { completedBefore, after: null }))?.deleted).toBe(500);
  // 500 instances with 1,500 executions, and what hangs on each of these.
  const most = { rows: 2_000, blocks: 30_000 };
  expect(everyday.take().flatMap((done) => extravagances(done, most))).toEqual([]);
});

test("the bound would notice", async () => {
  everyday.take();
  await everyday.sql`select sum(version) from workflow_instances where current_step = 'none'`;
  expect(problems(everyday.take())).not.toEqual([]);
});
