import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { CLAIM_EXECUTIONS, CLAIM_FIRST, LEFT_ALONE } from "./statements/claim-statement.ts";
import { COMMIT_STEPS, COMMIT_TRANSITIONS, COMMIT_WAITS } from "./statements/commit-statement.ts";
import { COMPLETE } from "./statements/complete.ts";
import { LOAD_STATES, LOAD_UNDOABLE, LOAD_WHOLE_STATE } from "./statements/load-state.ts";
import { LIST_MESSAGES } from "./statements/messages.ts";
import { MOVE_ON } from "./statements/move-on.ts";
import {
  LIST_SCHEDULED,
  RECOVER_LOST,
  RELEASE,
  TAKE_UNDISPATCHED,
} from "./statements/scheduled-executions.ts";
import { START_ALONE } from "./statements/start-alone.ts";
import { OFFER, WITHDRAW_OFFER } from "./statements/start-offers.ts";
import { START_KEYED, START_PLAIN } from "./statements/start-statement.ts";
import { DUE_TIMERS, FIND_CALLBACK, NEAR_TIMERS, PASSED_DEADLINES } from "./statements/waits.ts";
import { HEARTBEAT } from "./statements/workers.ts";

const NIL = "'00000000-0000-0000-0000-000000000000'";

/** Finished instances and steps that no statement of the engine may have to read. */
const FINISHED = 20_000;

const FILL = `
with definition as (
  insert into workflow_definitions (id, name, version, definition_json)
  values (gen_random_uuid(), 'filler', '1.0.0', '{}') returning id),
instances as (
  insert into workflow_instances (
    id, definition_id, workflow_name, workflow_version, status, context_data, metadata,
    live_tokens, started_at, completed_at)
  select gen_random_uuid(), definition.id, 'filler', '1.0.0', 'completed', '{}', '{}', 0, now(), now()
  from definition, generate_series(1, ${FINISHED}) returning id)
insert into workflow_step_executions (
  id, instance_id, step_name, step_type, status, sequence, arrivals, completed_at)
select gen_random_uuid(), instances.id, 'a', 'machine', 'succeeded', 1, '[]', now() from instances`;

/** Of the definition that `beforeAll` registers. */
const A_START = `${NIL}, ${NIL}, 'w', '1.0.0', 'a', '{}', '{}', null, null, null, now(), null, null, null, ${NIL}, 'machine'`;

const STATEMENTS = [
  ["move_on", MOVE_ON.many, ["'running'", ...noRows(1, MOVE_ON.many)].join()],
  ["move_one", MOVE_ON.one, ["'running'", ...nothing(1, MOVE_ON.one)].join()],
  ["complete", COMPLETE.many, ["'running'", "'completed'", ...noRows(2, COMPLETE.many)].join()],
  ["complete_one", COMPLETE.one, ["'running'", "'completed'", ...nothing(2, COMPLETE.one)].join()],
  ["commit", COMMIT_TRANSITIONS, [...noRows(2, COMMIT_TRANSITIONS), "'{}'", "'[]'"].join()],
  ["commit_waits", COMMIT_WAITS, noRows(0, COMMIT_WAITS).join()],
  ["commit_steps", COMMIT_STEPS, noRows(0, COMMIT_STEPS).join()],
  [
    "claim",
    CLAIM_EXECUTIONS.many,
    ["'scheduled'", NIL, ...noRows(2, CLAIM_EXECUTIONS.many)].join(),
  ],
  [
    "claim_one",
    CLAIM_EXECUTIONS.one,
    ["'scheduled'", NIL, ...nothing(2, CLAIM_EXECUTIONS.one)].join(),
  ],
  ["claim_first", CLAIM_FIRST.many, ["'scheduled'", NIL, ...noRows(2, CLAIM_FIRST.many)].join()],
  ["claim_first_one", CLAIM_FIRST.one, ["'scheduled'", NIL, ...nothing(2, CLAIM_FIRST.one)].join()],
  ["left_alone", LEFT_ALONE, ["'scheduled'", ...noRows(1, LEFT_ALONE)].join()],
  ["start_plain", START_PLAIN, noRows(0, START_PLAIN).join()],
  ["start_alone", START_ALONE, `'scheduled', 'running', ${A_START}, 'm'`],
  ["offer", OFFER, `1, ${NIL}, '{}', 'c'`],
  ["withdraw", WITHDRAW_OFFER, `1, ${NIL}`],
  ["start_keyed", START_KEYED, noRows(0, START_KEYED).join()],
  ["load", LOAD_STATES, "'[]'"],
  ["load_whole", LOAD_WHOLE_STATE, NIL],
  ["undoable", LOAD_UNDOABLE, `${NIL}, '{a}'`],
  ["messages", LIST_MESSAGES, "0, 10"],
  ["deadlines", PASSED_DEADLINES, "10"],
  ["recover", RECOVER_LOST, `1000, ${NIL}`],
  ["release", RELEASE, `${NIL}, '{}', '{}', 0`],
  ["take", TAKE_UNDISPATCHED, "1000, 10"],
  ["list", LIST_SCHEDULED, `'-infinity', ${NIL}, 10`],
  ["timers", DUE_TIMERS, "0, 10"],
  ["near_timers", NEAR_TIMERS, `0, '-infinity', ${NIL}, 10`],
  ["callback", FIND_CALLBACK, "'x'"],
  ["heartbeat", HEARTBEAT, `${NIL}, 'h', 1, 1, false, '{}', '{}', '[]', '{}'`],
] as const;

/** An empty array for each of a statement's parameters, but for so many that are none. */
function noRows(besides: number, statement: string): string[] {
  return repeated("'{}'", besides, statement);
}

/** The same for a statement over a single row. */
function nothing(besides: number, statement: string): string[] {
  return repeated("null", besides, statement);
}

function repeated(value: string, besides: number, statement: string): string[] {
  const numbers = [...statement.matchAll(/\$(\d+)/g)].map((parameter) => Number(parameter[1]));
  return Array.from({ length: Math.max(...numbers) - besides }, () => value);
}

/** Tables with a row for each worker are as short as that. */
const OF_WORKERS = "(?!workers|start_offers)";

/** Indexes with an entry for every row that ever was; the others hold what lives. */
const OF_ALL = new RegExp(
  String.raw`Scan using (\w+_pkey|\w+_instance_idx|\w+_status_idx|\w+_name_idx) on workflow_${OF_WORKERS}`,
);

/** What reads a table from end to end. */
const OF_TABLE = new RegExp(`Seq Scan on workflow_${OF_WORKERS}`);

/** Whether a line of a plan reads an index from end to end: where it looks something up, the next line says what. */
function isReadThrough(line: string, next = ""): boolean {
  return OF_ALL.test(line) && !/Index Cond:/.test(next);
}

/** As the migrations of a release after this one may do it, while this one runs. */
const EXPAND = `
alter table workflow_instances add column later_text text;
alter table workflow_step_executions add column later_number integer default 7 not null;
alter table workflow_timers add column later_moment timestamptz;
alter table workflow_callbacks add column later_document jsonb;
alter table workflow_messages add column later_text text;
alter table workflow_signals add column later_text text;
alter table workflow_step_attempts add column later_text text;
alter table workflow_human_tasks add column later_text text;
alter table workflow_definitions add column later_text text;
alter table workflow_workers add column later_text text default '' not null`;

describe("the plans of the engine's statements", () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let sql: Sql;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(inject("databaseUrl"));
    database = openDatabase(testDatabase.url, {
      applicationName: "plans-test",
      statementConnections: 1,
    });
    sql = database.statements;
    await sql.unsafe(`
      insert into workflow_definitions (id, name, version, definition_json)
      values (${NIL}, 'w', '1.0.0', '{}')`);
    // All of them before anything is there: each keeps the plan that is made now.
    for (const [name, text, values] of STATEMENTS) {
      await sql.unsafe(`prepare plan_${name} as ${text}`);
      await sql.unsafe(`explain execute plan_${name}(${values})`);
    }
    await sql.unsafe(FILL);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  test.each(STATEMENTS)(
    "made on empty tables, the plan of '%s' reads no table through",
    async (name, _text, values) => {
      const plan = await sql.unsafe<{ "QUERY PLAN": string }[]>(
        `explain execute plan_${name}(${values})`,
      );
      const lines = plan.map((line) => line["QUERY PLAN"]);
      expect(lines.filter((line) => OF_TABLE.test(line))).toEqual([]);
      expect(lines.filter((line, place) => isReadThrough(line, lines[place + 1]))).toEqual([]);
    },
  );

  // A statement whose result follows the columns of a table dies of a new one: "cached plan must not
  // change result type".
  test("prepared before columns are added, then every statement goes on after it", async () => {
    for (const [name, text, values] of STATEMENTS) {
      await sql.unsafe(`prepare expanded_${name} as ${text}`);
      await sql.unsafe(`execute expanded_${name}(${values})`);
    }
    await sql.unsafe(EXPAND);
    for (const [name, , values] of STATEMENTS) {
      await sql.unsafe(`execute expanded_${name}(${values})`);
    }
  });
});
