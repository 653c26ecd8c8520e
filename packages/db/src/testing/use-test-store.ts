import type { WorkflowStore } from "@drover/engine";
import { afterAll, beforeAll, inject } from "vitest";
import { openDatabase, type Database } from "../client.ts";
import { createStore } from "../index.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** Milliseconds for which the store tries. */
const PATIENCE = 10_000;

/** A database of a test file's own with a store on it, from before its tests until after them. */
export function useTestStore(applicationName: string) {
  let testDatabase: TestDatabase | undefined;
  let database: Database | undefined;
  let store: WorkflowStore | undefined;
  beforeAll(async () => {
    testDatabase = await createTestDatabase(inject("databaseUrl"));
    database = openDatabase(testDatabase.url, { applicationName });
    store = createStore(database, PATIENCE);
  });
  afterAll(async () => {
    await database?.close();
    await testDatabase?.drop();
  });
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the store is there only inside of tests");
    return value;
  };
  return {
    get database() {
      return there(database);
    },
    get store() {
      return there(store);
    },
  };
}
