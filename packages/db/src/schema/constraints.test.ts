import { startInstance, flowGraph, asId, type DefinitionId } from "@drover/engine";
import { aStructure } from "@drover/engine/testing";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { newId } from "../new-id.ts";
import { createStore } from "../index.ts";
import { STEP_RULES_FUNCTION } from "./step-rules.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";

describe("Postgres refuses states that cannot be", () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let sql: Sql;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(inject("databaseUrl"));
    database = openDatabase(testDatabase.url, { applicationName: "constraints-test" });
    sql = postgres(testDatabase.url, { max: 1 });
    const structure = aStructure(["a -> b"]);
    const store = createStore(database);
    const [definitionId = asId<DefinitionId>(newId())] = await store.registerDefinitions([
      structure,
    ]);
    const request = {
      definitionId,
      input: {},
      metadata: {},
      correlationId: null,
      createdBy: null,
      tenantId: null,
      idempotency: null,
    };
    const { instance } = startInstance(flowGraph(structure), request, { now: new Date(), newId });
    await store.startInstances([instance]);
  });
  afterAll(async () => {
    await Promise.all([database.close(), sql.end()]);
    await testDatabase.drop();
  });

  test.each([
    ["workflow_instances_status", "update workflow_instances set status = 'resting'"],
    [
      "workflow_instances_over",
      "update workflow_instances set status = 'canceled', live_tokens = 0",
    ],
    ["workflow_instances_over", "update workflow_instances set completed_at = now()"],
    [
      "workflow_instances_tokens",
      "update workflow_instances set status = 'canceled', completed_at = now()",
    ],
    [
      "workflow_instances_failure",
      "update workflow_instances set status = 'failed', live_tokens = 0, completed_at = now()",
    ],
    [
      "step_executions_status",
      "update workflow_step_executions set status = 'done', sequence = 1, completed_at = now()",
    ],
    ["step_executions_type", "update workflow_step_executions set step_type = 'robot'"],
    ["step_executions_ended", "update workflow_step_executions set status = 'succeeded'"],
    ["step_executions_ended", "update workflow_step_executions set sequence = 1"],
    ["step_executions_owner", "update workflow_step_executions set status = 'running'"],
    [
      "step_executions_failure",
      "update workflow_step_executions set status = 'failed', sequence = 1, completed_at = now()",
    ],
    ["step_executions_waits", "update workflow_step_executions set status = 'waiting'"],
    [
      "step_executions_pending",
      "update workflow_step_executions set status = 'pending', pending_for = 'fun'",
    ],
    ["step_executions_member", "update workflow_step_executions set member_index = 1"],
  ])("%s: %s", async (constraint, statement) => {
    await expect(sql.unsafe(statement)).rejects.toMatchObject({ constraint_name: constraint });
  });

  test("a step of which nobody says so is on an item where it has one", async () => {
    const rows = await sql<{ is_item: boolean }[]>`
      insert into workflow_step_executions (id, instance_id, step_name, step_type, status, arrivals, item_id)
      select gen_random_uuid(), gen_random_uuid(), 'a', 'machine', 'scheduled', '[]', item
      from unnest(array[null, gen_random_uuid()]) item
      returning is_item`;
    expect(rows.map((row) => row.is_item)).toEqual([false, true]);
  });

  test("by the rules for steps that stand in the code: others need a migration", async () => {
    const [stored] = await sql<{ rules: string }[]>`
      select prosrc as rules from pg_proc where proname = 'drover_hold_step_rules'`;
    expect(stored).toBeDefined();
    expect(STEP_RULES_FUNCTION).toContain(`$$${stored?.rules}$$`);
  });
});
