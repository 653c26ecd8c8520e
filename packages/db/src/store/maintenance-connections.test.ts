import { asId, type WorkerId } from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { createStore } from "../index.ts";
import { newId } from "../new-id.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";

/** Milliseconds: less than after which Postgres gives up to wait for a lock (`client.ts`). */
const BEFORE_IT_GIVES_UP = 4_000;

let testDatabase: TestDatabase;
let database: Database;
/** One connection to hold a lock, another to look who waits for it. */
let others: Sql;
beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  others = postgres(testDatabase.url, { max: 2 });
  database = openDatabase(testDatabase.url, {
    applicationName: "maintenance-test",
    statementConnections: 1,
  });
});
afterAll(async () => {
  await Promise.all([database.close(), others.end({ timeout: 1 })]);
  await testDatabase.drop();
});

test(
  "given a commit that waits for a lock on the only connection, then a heartbeat goes through",
  { timeout: BEFORE_IT_GIVES_UP },
  async () => {
    const store = createStore(database);
    const structure = aStructure(["a -> b"], { name: "locked" });
    const [definitionId] = await store.registerDefinitions([structure]);
    const { instanceId, ...instance } = aNewInstance(structure, there(definitionId), newId);
    await store.startInstances([{ instanceId, ...instance }]);
    const holder = await others.reserve();
    await holder`begin`;
    await holder`select 1 from workflow_instances where id = ${instanceId} for update`;

    const canceled = store.dispatch(instanceId, {
      type: "instance.canceled",
      reason: "nobody wants it",
    });
    await expect
      .poll(async () => {
        const waiting = await others`
          select 1 from pg_stat_activity
          where application_name = 'maintenance-test' and wait_event_type = 'Lock'`;
        return waiting.length;
      })
      .toBe(1);
    const lost = await store.heartbeat({
      workerId: asId<WorkerId>(newId()),
      host: "here",
      pid: 1,
      concurrency: 1,
      draining: false,
      definitionIds: [],
      running: [],
      details: [],
    });
    expect(lost).toEqual([]);

    await holder`commit`;
    holder.release();
    expect((await canceled).kind).toBe("committed");
  },
);
