import type { Sql } from "postgres";
import { expect, inject, test } from "vitest";
import { openDatabase } from "../client.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { preferring } from "./preferred-connection.ts";

const ground = useTestStore("preferred-test");

/** Which of Postgres' processes does some work, told when it is done. */
async function processOf(sql: Sql, work = "select 1"): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await sql.unsafe(work);
  return row?.pid ?? 0;
}

/** When each connection for statements was asked last, as Postgres sees it. */
async function lastActive(): Promise<Map<number, string>> {
  const rows = await ground.database.maintenance<{ pid: number; moment: string }[]>`
    select pid, query_start::text as moment from pg_stat_activity
    where application_name = 'preferred-test' and pid <> pg_backend_pid()`;
  return new Map(rows.map(({ pid, moment }) => [pid, moment]));
}

test("given nothing under way, then work that comes one after the other has one process of Postgres", async () => {
  const on = preferring(ground.database.preferred, ground.database.statements);

  const processes = new Set<number>();
  for (let turn = 0; turn < 10; turn += 1) processes.add(await on((sql) => processOf(sql)));

  expect([...processes]).toEqual([await processOf(ground.database.preferred)]);
});

test("given work that waits for a lock there, then what comes meanwhile goes to others, and after it again there", async () => {
  const on = preferring(ground.database.preferred, ground.database.statements);
  const preferred = await processOf(ground.database.preferred);
  const holder = await ground.database.maintenance.reserve();
  await holder`select pg_advisory_lock(1)`;

  const waiting = on((sql) => processOf(sql, "select pg_advisory_lock_shared(1)"));
  const meanwhile = await on((sql) => processOf(sql));
  expect(meanwhile).not.toBe(preferred);

  await holder`select pg_advisory_unlock(1)`;
  holder.release();
  expect(await waiting).toBe(preferred);
  expect(await on((sql) => processOf(sql))).toBe(preferred);
});

test("given work that fails there, then whoever asked is told, and the next goes there again", async () => {
  const on = preferring(ground.database.preferred, ground.database.statements);
  const preferred = await processOf(ground.database.preferred);

  await expect(on((sql) => processOf(sql, "select 1 / 0"))).rejects.toMatchObject({
    code: "22012",
  });

  expect(await on((sql) => processOf(sql))).toBe(preferred);
});

test("given a store whose connections are all open, then what it asks one after the other goes over one of them", async () => {
  const ask = () => ground.store.findDefinition("nobody's", null);
  await Promise.all(Array.from({ length: 20 }, ask));
  const before = await lastActive();
  expect(before.size).toBeGreaterThan(1);

  for (let turn = 0; turn < 10; turn += 1) await ask();

  const after = await lastActive();
  const asked = [...after].filter(([pid, moment]) => before.get(pid) !== moment);
  expect(asked.map(([pid]) => pid)).toEqual([await processOf(ground.database.preferred)]);
});

test("given a single connection for statements, then it is the preferred one too", async () => {
  const single = openDatabase(inject("databaseUrl"), {
    applicationName: "single-test",
    statementConnections: 1,
  });
  try {
    expect(await processOf(single.preferred)).toBe(await processOf(single.statements));
  } finally {
    await single.close();
  }
});
