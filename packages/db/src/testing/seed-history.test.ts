import { expect, inject, test } from "vitest";
import { openDatabase } from "../client.ts";
import { listInstances } from "../queries/list-instances.ts";
import { listExecutions } from "../queries/execution-history.ts";
import { seedHistory } from "./seed-history.ts";
import { createTestDatabase } from "./test-database.ts";

test("given a seeded history, then it reads as one that has run", async () => {
  const testDatabase = await createTestDatabase(inject("databaseUrl"));
  const database = openDatabase(testDatabase.url, { applicationName: "seed-test" });
  const { queries } = database;
  try {
    await seedHistory(testDatabase.url, { finished: 30, waiting: 5, workflow: "orders" });
    // A second one is of the workflow that is registered now.
    await seedHistory(testDatabase.url, { finished: 1, waiting: 0, workflow: "orders" });

    const page = { limit: 50, offset: 0 };
    const completed = await listInstances(queries, { status: "completed" }, page);
    const waiting = await listInstances(queries, { status: "waiting" }, page);
    expect([completed.total, waiting.total]).toEqual([31, 5]);
    expect(new Set(completed.items.map(({ workflowName }) => workflowName))).toEqual(
      new Set(["orders"]),
    );
    const standing = waiting.items.map(({ currentStep }) => currentStep);
    expect(standing.filter((step) => step === "approve")).toHaveLength(3);
    expect(standing.filter((step) => step === "sleep")).toHaveLength(2);
    const [latest] = completed.items;
    const { items } = await listExecutions(queries, latest?.id ?? expect.fail("nothing"), page);
    expect(items.map(({ stepName, sequence }) => [sequence, stepName])).toEqual([
      [1, "check"],
      [2, "charge"],
      [3, "record"],
    ]);
  } finally {
    await database.close();
    await testDatabase.drop();
  }
});
