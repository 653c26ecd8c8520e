import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { CLAIM_EXECUTIONS, CLAIM_FIRST } from "./statements/claim-statement.ts";
import { LOAD_STATES } from "./statements/load-state.ts";

const INSTANCE = "00000000-0000-7000-8000-000000000001";
const GROUP = "00000000-0000-7000-8000-000000000002";
const ITEM = "00000000-0000-7000-8000-0000000003e8";

/** Members of one map, all of them live. */
const ITEMS = 10_000;

/** Rows that a statement about one member may look at in any of its parts. */
const FEW = 100;

const FILL = `
insert into workflow_definitions (id, name, version, definition_json)
  values ('${INSTANCE}', 'wide', '1.0.0', '{}');
insert into workflow_instances (id, definition_id, workflow_name, workflow_version, status,
    context_data, metadata, live_tokens, active_tokens, started_at)
  values ('${INSTANCE}', '${INSTANCE}', 'wide', '1.0.0', 'running', '{}', '{}', ${ITEMS + 1},
    ${ITEMS}, now());
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals, wait)
  values ('${GROUP}', '${INSTANCE}', 'map', 'group', 'waiting', '[]',
    '{"kind": "group", "size": ${ITEMS}, "ended": 0, "next": ${ITEMS}}');
insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals,
    group_id, member_index, item_id, item_data)
  select id, '${INSTANCE}', 'item', 'machine', 'scheduled', '[]', '${GROUP}', n, id, '{"v": 1}'
  from (select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n + 10), 12, '0'))::uuid as id
        from generate_series(0, ${ITEMS - 1}) n) item`;

/** Status, worker and definitions, and then the number, id, attempt and losses of the only row. */
const CLAIM = `'scheduled', '${INSTANCE}', '{${INSTANCE}}', '{0}', '{${ITEM}}', '{1}', '{null}'`;
const CLAIM_ONE = `'scheduled', '${INSTANCE}', '{${INSTANCE}}', 0, '${ITEM}', 1, null`;

const cases = [
  [
    "load",
    LOAD_STATES,
    `'[{"n": 0, "id": "${INSTANCE}", "executions": ["${ITEM}"], "tasks": [], "timers": [], "turns": 1}]'`,
  ],
  // It claims the member; the form for a single one then finds no row that it may claim.
  ["claim", CLAIM_EXECUTIONS.many, CLAIM],
  ["claim_one", CLAIM_EXECUTIONS.one, CLAIM_ONE],
  // They find that it is not the first.
  ["claim_first", CLAIM_FIRST.many, CLAIM],
  ["claim_first_one", CLAIM_FIRST.one, CLAIM_ONE],
] as const;

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, {
    applicationName: "plans-at-size-test",
    statementConnections: 1,
  });
  sql = database.statements;
  // Planned while the tables are empty, as by a worker on its first day.
  for (const [name, text, values] of cases) {
    await sql.unsafe(`prepare plan_${name} as ${text}`);
    await sql.unsafe(`explain execute plan_${name}(${values})`);
  }
  await sql.unsafe(FILL);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test.each(cases)(
  "given a map of thousands, then '%s' for one member looks at few rows",
  async (name, _text, values) => {
    const plan = await sql.unsafe<{ "QUERY PLAN": string }[]>(
      `explain (analyze, costs off) execute plan_${name}(${values})`,
    );
    const many = plan
      .map((line) => line["QUERY PLAN"])
      .filter((line) => rowsOf(line) > FEW || removedOf(line) > FEW);
    expect(many).toEqual([]);
  },
);

function rowsOf(line: string): number {
  return Number(/actual time=\S+ rows=([\d.]+)/.exec(line)?.[1] ?? 0);
}

function removedOf(line: string): number {
  return Number(/Rows Removed by \w+(?: \w+)?: (\d+)/.exec(line)?.[1] ?? 0);
}
