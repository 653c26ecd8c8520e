import { asId, type InstanceId } from "@drover/engine";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { findInstance } from "./find-instances.ts";
import { findInstanceDetail } from "./instance-detail.ts";
import { listExecutions } from "./execution-history.ts";
import { listInstanceIds, listInstances } from "./list-instances.ts";
import { listLiveExecutions } from "./live-executions.ts";
import { isSignalKnown } from "./signals.ts";
import { listStepStates } from "./step-states.ts";
import { findTaskToAnswer, listStepsWithOpenTasks } from "./task-to-answer.ts";
import { listTasks } from "./list-tasks.ts";
import { countLiveSteps } from "./step-counts.ts";
import { listUnattendedDefinitions } from "./unattended-definitions.ts";

/*
 * Lists are asked all the time and tables only grow. At 20,000 instances of which few are live,
 * no query may read a table from end to end.
 */
const INSTANCES = 20_000;
/** One of them has a map of so many items. */
const ITEMS = 5_000;
const PAGE = { limit: 50, offset: 0 };
const anInstance = asId<InstanceId>("00000000-0000-7000-8000-000000000064");

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, { applicationName: "plans", queryConnections: 1 });
  await fill(database);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** One instance in a hundred is live, at a human step with a task. */
async function fill({ statements }: Database): Promise<void> {
  await statements.unsafe(`
    insert into workflow_definitions (id, name, version, definition_json)
      values (gen_random_uuid(), 'w', '1.0.0', '{}');
    create temporary table numbers as
      select n, n % 100 = 0 as live, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id
      from generate_series(1, ${INSTANCES}) as n;
    insert into workflow_instances (id, definition_id, workflow_name, workflow_version, status,
        context_data, metadata, live_tokens, tenant_id, created_by, correlation_id, started_at, completed_at)
      select numbers.id, d.id, 'w' || n % 200, '1.0.0', case when live then 'waiting' else 'completed' end,
        '{}', '{}', live::int, 't' || n % 200, 'u' || n % 200, 'c' || n, now(), case when not live then now() end
      from numbers, workflow_definitions d;
    insert into workflow_step_executions (id, instance_id, step_name, step_type, status, sequence,
        wait, arrivals, started_at, completed_at)
      select id, id, 'ask', 'human', case when live then 'waiting' else 'succeeded' end,
        case when not live then 1 end, case when live then '{"kind": "callback"}'::jsonb end, '[]', now(), case when not live then now() end from numbers;
    insert into workflow_human_tasks (id, instance_id, step_execution_id, step_name, title, status,
        assignee_id, assignee_group, due_at, completed_at, completed_by)
      select id, id, id, 'ask', 'Ask', case when live then 'pending' else 'completed' end,
        'p' || n % 500, 'g' || n % 500, now(), case when not live then now() end,
        case when not live then 'p' end from numbers;
    insert into workflow_step_executions (id, instance_id, step_name, step_type, status, sequence,
        group_id, member_index, item_id, item_data, context_changes, failed_tries, arrivals, started_at, completed_at)
      select ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '${anInstance}', 'item',
        'machine', 'succeeded', n, '${anInstance}', n,
        ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '{"v": 1}', '{"k": 1}', 1,
        '[]', now(), now() from numbers where n <= ${ITEMS};
    insert into workflow_step_attempts (step_execution_id, attempt, ended_at, error)
      select id, 1, now(), '{}' from workflow_step_executions;
    insert into workflow_signals (id, instance_id, name, payload, deduplication_id, received_at)
      select id, id, 's', '{"v": 1}', 'd' || n, now() from numbers;
    update workflow_instances i set parent_instance_id = i.id, parent_execution_id = i.id;
    analyze`);
}

/** Rows that a query has read from end to end of its tables, by Postgres' own count. */
async function scanned(query: () => Promise<unknown>): Promise<number> {
  const before = await sequentialReads();
  await query();
  return (await sequentialReads()) - before;
}

async function sequentialReads(): Promise<number> {
  // The counts of this connection; without this they show a second later.
  await database.queries.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = await database.queries.execute<{ reads: number }>(
    sql`select sum(seq_tup_read)::int as reads from pg_stat_user_tables
        where relname in ('workflow_instances', 'workflow_step_executions', 'workflow_human_tasks',
          'workflow_signals', 'workflow_step_attempts')`,
  );
  return row?.reads ?? 0;
}

const LIVE = ["pending", "running", "paused", "waiting"] as const;

const cases: [string, () => Promise<unknown>][] = [
  ["unattended definitions", () => listUnattendedDefinitions(database.queries)],
  ["instances by workflow", () => listInstances(database.queries, { workflowName: "w7" }, PAGE)],
  ["instances by status", () => listInstances(database.queries, { status: "waiting" }, PAGE)],
  ["instances by creator", () => listInstances(database.queries, { createdBy: "u7" }, PAGE)],
  ["instances by tenant", () => listInstances(database.queries, { tenantId: "t7" }, PAGE)],
  [
    "instances by correlation",
    () => listInstances(database.queries, { correlationId: "c7" }, PAGE),
  ],
  ["one instance", () => findInstance(database.queries, anInstance)],
  ["the details of an instance", () => findInstanceDetail(database.queries, anInstance, 500)],
  ["its history", () => listExecutions(database.queries, anInstance, PAGE)],
  [
    "its history further down",
    () => listExecutions(database.queries, anInstance, { limit: 500, offset: 4_000 }),
  ],
  ["how its steps stand", () => listStepStates(database.queries, anInstance)],
  [
    "live executions of one of its steps",
    () => listLiveExecutions(database.queries, anInstance, "ask", 10),
  ],
  ["whether it knows a signal", () => isSignalKnown(database.queries, anInstance, "s1", "d100")],
  [
    "instances of a workflow to act on",
    () => listInstanceIds(database.queries, { workflowName: "w7" }, LIVE, 100),
  ],
  [
    "instances of a tenant to act on",
    () => listInstanceIds(database.queries, { tenantId: "t7" }, LIVE, 100),
  ],
  [
    "live instances of some age to act on",
    () => listInstanceIds(database.queries, { startedBefore: new Date() }, LIVE, 100),
  ],
  [
    "paused instances to act on",
    () => listInstanceIds(database.queries, { startedAfter: new Date(0) }, ["paused"], 100),
  ],
  ["pending tasks", () => listTasks(database.queries, { status: "pending" }, PAGE)],
  [
    "tasks of a person",
    () => listTasks(database.queries, { status: "pending", assigneeId: "p100" }, PAGE),
  ],
  [
    "tasks of a group",
    () => listTasks(database.queries, { status: "pending", assigneeGroup: "g100" }, PAGE),
  ],
  [
    "tasks that a person has completed",
    () => listTasks(database.queries, { status: "completed", assigneeId: "p7" }, PAGE),
  ],
  [
    "tasks of an instance",
    () => listTasks(database.queries, { status: "pending", instanceId: anInstance }, PAGE),
  ],
  [
    "the task of a step that a person should answer",
    () => findTaskToAnswer(database.queries, anInstance, "ask", "p100"),
  ],
  [
    "steps of an instance that have open tasks",
    () => listStepsWithOpenTasks(database.queries, anInstance),
  ],
  [
    "pending tasks of a tenant",
    () => listTasks(database.queries, { status: "pending", tenantId: "t0" }, PAGE),
  ],
  [
    "tasks that a tenant has completed",
    () => listTasks(database.queries, { status: "completed", tenantId: "t7" }, PAGE),
  ],
  [
    "pending tasks of a correlation",
    () => listTasks(database.queries, { status: "pending", correlationId: "c100" }, PAGE),
  ],
  ["live steps", () => countLiveSteps(database.queries)],
];

describe("no table is read from end to end for", () => {
  test.each(cases)("%s", async (_, query) => {
    expect(await scanned(query)).toBe(0);
  });
});

test("the count would notice", async () => {
  const everything = () =>
    database.queries.execute(sql`select sum(version) from workflow_instances`);
  expect(await scanned(everything)).toBe(INSTANCES);
});

test("a page of a long history has its attempts, its items, and who wrote before it", async () => {
  const page = { limit: 2, offset: 100 };
  const { items, total, writersBefore } = await listExecutions(database.queries, anInstance, page);
  expect(total).toBe(ITEMS + 1);
  const attempts = [{ endedAt: expect.any(Date) }];
  expect(items).toMatchObject([
    { sequence: 101, item: 1, failedAttempts: attempts },
    { sequence: 102, item: 1, failedAttempts: attempts },
  ]);
  expect([...writersBefore]).toEqual([["k", 100]]);
});

test("the newest come first, each at the step where it stands", async () => {
  const { items, total } = await listInstances(database.queries, {}, { limit: 2, offset: 0 });
  expect(total).toBe(INSTANCES);
  expect(items).toMatchObject([{ currentStep: "ask", status: "waiting" }, { currentStep: null }]);
});
