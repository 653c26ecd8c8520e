import { asId, type DefinitionId, type WorkerId } from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { newId } from "../new-id.ts";
import { PostgresStore } from "../store/postgres-store.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { isUnattended, listUnattendedDefinitions } from "./unattended-definitions.ts";

let testDatabase: TestDatabase;
let database: Database;
let store: PostgresStore;
let definitionId: DefinitionId;
const instance = () =>
  aNewInstance(aStructure(["a -> b"], { name: "lonely" }), definitionId, newId);

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, { applicationName: "unattended-test" });
  store = new PostgresStore(database.statements, 10_000);
  const structure = aStructure(["a -> b"], { name: "lonely" });
  definitionId = there((await store.registerDefinitions([structure]))[0]);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  await database.statements`delete from workflow_workers`;
  await database.statements`delete from workflow_step_executions`;
  await database.statements`delete from workflow_instances`;
});

/** A worker that has just beaten. */
async function aWorker(
  definitionIds: readonly DefinitionId[] | null,
  draining = false,
): Promise<WorkerId> {
  const workerId = asId<WorkerId>(newId());
  const rest = { host: "mule", pid: 1, concurrency: 1, running: [], details: [] };
  await store.heartbeat({ workerId, definitionIds, draining, ...rest });
  return workerId;
}

const unattended = async () =>
  (await listUnattendedDefinitions(database.queries)).map(
    ({ name, version, steps, instances }) => `${name} ${version}: ${steps} of ${instances}`,
  );

test("work without any worker is unattended, with its age", async () => {
  const before = Date.now();
  const started = [instance(), instance()];
  await store.startInstances(started);
  expect(await unattended()).toEqual(["lonely 1.0.0: 2 of 2"]);
  expect(await isUnattended(database.queries, there(started[0]).instanceId)).toBe(true);
  const [found] = await listUnattendedDefinitions(database.queries);
  expect(Math.abs((found?.since.getTime() ?? 0) - before)).toBeLessThan(60_000);
});

test("a worker that has the code attends to it, and so may one that does not say", async () => {
  const one = instance();
  await store.startInstances([one]);
  for (const known of [[definitionId], null]) {
    const worker = await aWorker(known);
    expect(await unattended()).toEqual([]);
    expect(await isUnattended(database.queries, one.instanceId)).toBe(false);
    await store.removeWorker(worker);
  }
});

test("workers that lack the code, leave or are silent do not attend to it", async () => {
  await store.startInstances([instance()]);
  await aWorker([asId<DefinitionId>(newId())]);
  await aWorker([definitionId], true);
  const silent = await aWorker([definitionId]);
  await database.statements`
    update workflow_workers set heartbeat_at = now() - interval '20 seconds' where id = ${silent}`;
  expect(await unattended()).toEqual(["lonely 1.0.0: 1 of 1"]);
});

test("without work that is ready nothing is unattended", async () => {
  const one = instance();
  await store.startInstances([one]);
  await store.claim({
    ...one.firstExecution,
    workerId: asId<WorkerId>(newId()),
    definitionIds: [definitionId],
  });
  expect(await unattended()).toEqual([]);
  expect(await isUnattended(database.queries, one.instanceId)).toBe(false);
});
