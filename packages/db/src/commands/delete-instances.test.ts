import type { InstanceId } from "@drover/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { seedHistory } from "../testing/seed-history.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { deleteExpired, type ExpiredPiece } from "./delete-expired.ts";
import { deleteInstances } from "./delete-instances.ts";

const DAY = 86_400_000;

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, { applicationName: "delete-test" });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  await database.statements.unsafe("truncate workflow_instances, workflow_step_executions cascade");
});

/** Rows of each table that holds something of instances. */
async function rows() {
  const [counts] = await database.statements<Record<string, number>[]>`
    select (select count(*)::int from workflow_instances) as instances,
      (select count(*)::int from workflow_step_executions) as executions,
      (select count(*)::int from workflow_step_attempts) as attempts,
      (select count(*)::int from workflow_human_tasks) as tasks,
      (select count(*)::int from workflow_timers) as timers,
      (select count(*)::int from workflow_callbacks) as callbacks,
      (select count(*)::int from workflow_signals) as signals`;
  return counts;
}

async function instances(condition: string): Promise<InstanceId[]> {
  const found = await database.statements.unsafe<{ id: InstanceId }[]>(
    `select id from workflow_instances where ${condition} order by id`,
  );
  return found.map(({ id }) => id);
}

/** What an instance can have besides executions: one of each for each execution there is. */
const EVERYTHING = `
insert into workflow_step_attempts (step_execution_id, attempt, ended_at, error)
  select id, 1, now(), '{}' from workflow_step_executions;
insert into workflow_callbacks (step_execution_id, instance_id, token_hash, callback_key, closed_at)
  select id, instance_id, 'x', 'x', now() from workflow_step_executions;
insert into workflow_timers (id, instance_id, step_execution_id, fire_at)
  select gen_random_uuid(), instance_id, id, now() from workflow_step_executions;
insert into workflow_human_tasks (id, instance_id, step_execution_id, step_name, title, status)
  select gen_random_uuid(), instance_id, id, step_name, 'x', 'canceled' from workflow_step_executions;
insert into workflow_signals (id, instance_id, name, payload, received_at)
  select gen_random_uuid(), id, 'x', '{"v": 1}', now() from workflow_instances`;

describe("deleting instances", () => {
  test("takes everything of theirs and nothing of others", async () => {
    await seedHistory(testDatabase.url, { finished: 3, waiting: 0 });
    await database.statements.unsafe(EVERYTHING);
    const [one, , two] = await instances("true");
    const gone = [one, two].flatMap((id) => id ?? []);
    expect(await deleteInstances(database.queries, gone)).toEqual(expect.arrayContaining(gone));
    expect(await rows()).toEqual({
      instances: 1,
      executions: 3,
      attempts: 3,
      tasks: 3,
      timers: 3,
      callbacks: 3,
      signals: 1,
    });
  });

  test("leaves alone what lives, and children whose parent lives", async () => {
    await seedHistory(testDatabase.url, { finished: 3, waiting: 1 });
    const [live = expect.fail("no live one")] = await instances("completed_at is null");
    const [child, orphan, parent] = await instances("completed_at is not null");
    const parents = [
      [child, live],
      [orphan, parent],
    ];
    for (const [id = "", of = ""] of parents)
      await database.statements`update workflow_instances set parent_instance_id = ${of} where id = ${id}`;
    const deleted = await deleteInstances(database.queries, await instances("true"));
    expect(new Set(deleted)).toEqual(new Set([orphan, parent]));
    expect(new Set(await instances("true"))).toEqual(new Set([live, child]));
  });

  test("takes an instance with more executions than one statement deletes", async () => {
    await seedHistory(testDatabase.url, { finished: 2, waiting: 0 });
    const [wide = expect.fail("none")] = await instances("true");
    await database.statements`
      insert into workflow_step_executions (id, instance_id, step_name, step_type, status, sequence,
        arrivals, completed_at)
      select gen_random_uuid(), ${wide}, 'item', 'machine', 'succeeded', 3 + n, '[]', now()
      from generate_series(1, 11000) n`;
    await deleteInstances(database.queries, [wide]);
    expect(await rows()).toMatchObject({ instances: 1, executions: 3 });
  });
});

describe("deleting what has expired", () => {
  async function round(completedBefore: Date): Promise<ExpiredPiece[]> {
    const pieces: ExpiredPiece[] = [];
    for (let after: InstanceId | null = null; ;) {
      const piece = await deleteExpired(database.queries, { completedBefore, after });
      if (piece === null) expect.fail("nobody else deletes");
      pieces.push(piece);
      if (piece.reached === null) return pieces;
      after = piece.reached;
    }
  }

  test("takes what was over before a moment, in pieces", async () => {
    await seedHistory(testDatabase.url, { finished: 3_000, waiting: 50, days: 30 });
    const pieces = await round(new Date(Date.now() - 10 * DAY - 600_000));
    expect(pieces.map(({ deleted }) => deleted)).toEqual([500, 500, 500, 500, 0]);
    expect(await rows()).toMatchObject({ instances: 1_050, executions: 3_100 });
    const [oldest] = await database.statements<{ ended: Date }[]>`
      select min(completed_at) as ended from workflow_instances where completed_at is not null`;
    expect(oldest?.ended.getTime()).toBeGreaterThan(Date.now() - 10 * DAY - 60_000);
  });

  test("goes on past those that have to stay", async () => {
    await seedHistory(testDatabase.url, { finished: 1_200, waiting: 1 });
    const [live = ""] = await instances("completed_at is null");
    const staying = (await instances("completed_at is not null")).slice(0, 600);
    await database.statements`
      update workflow_instances set parent_instance_id = ${live} where id = any(${staying})`;
    const pieces = await round(new Date());
    expect(pieces.map(({ deleted }) => deleted)).toEqual([0, 400, 200, 0]);
    expect(await rows()).toMatchObject({ instances: 601 });
  });

  test("keeps pieces small where instances have many executions", async () => {
    await seedHistory(testDatabase.url, { finished: 4, waiting: 0 });
    await database.statements`update workflow_instances set sequence = 2000`;
    const pieces = await round(new Date());
    expect(pieces.map(({ deleted }) => deleted)).toEqual([2, 2, 0]);
    await seedHistory(testDatabase.url, { finished: 2, waiting: 0 });
    await database.statements`update workflow_instances set sequence = 200000`;
    expect((await round(new Date())).map(({ deleted }) => deleted)).toEqual([1, 1, 0]);
  });

  test("is left to whoever does it in this moment", async () => {
    await seedHistory(testDatabase.url, { finished: 1, waiting: 0 });
    const expiry = { completedBefore: new Date(), after: null };
    const both = await database.queries.transaction(async (transaction) => {
      const first = await deleteExpired(transaction, expiry);
      return [first?.deleted, await deleteExpired(database.queries, expiry)];
    });
    expect(both).toEqual([1, null]);
    expect(await deleteExpired(database.queries, expiry)).toEqual({ deleted: 0, reached: null });
  });
});
