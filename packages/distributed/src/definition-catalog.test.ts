import { createStore, openDatabase, type Database } from "@drover/db";
import { createTestDatabase, type TestDatabase } from "@drover/db/testing";
import { aStructure, ManualTimers } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { DefinitionCatalog } from "./definition-catalog.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase(inject("databaseUrl"));
  database = openDatabase(testDatabase.url, { applicationName: "catalog-test" });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** A catalog whose time passes when the test says so. */
class Ground {
  readonly name: string;
  readonly catalog: DefinitionCatalog;
  readonly #timers = new ManualTimers();
  #time = 0;

  constructor(name: string) {
    this.name = name;
    const monotonic = () => this.#time;
    this.catalog = new DefinitionCatalog(database.queries, {
      ...processPorts,
      monotonic,
      timers: this.#timers,
    });
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
    this.#timers.pass(milliseconds);
  }

  /** Another process brings a version. */
  async register(version: string): Promise<void> {
    await createStore(database).registerDefinitions([
      aStructure(["a -> b"], { name: this.name, version }),
    ]);
  }

  async known(): Promise<readonly string[]> {
    return (await this.catalog.versions(this.name)).map(({ version }) => version);
  }
}

/** Knows the first version, and there is a second one. */
async function aGround(name: string): Promise<Ground> {
  const ground = new Ground(name);
  await ground.register("1.0.0");
  expect(await ground.known()).toEqual(["1.0.0"]);
  await ground.register("2.0.0");
  return ground;
}

describe("the versions of a workflow", () => {
  test("given they were read a moment ago, then they are answered as they were", async () => {
    const ground = await aGround("fresh");
    ground.pass(49);
    expect(await ground.known()).toEqual(["1.0.0"]);
    ground.pass(1_000 - 49);
    expect(await ground.known()).toEqual(["2.0.0", "1.0.0"]);
  });

  test("given they are 50 ms old, then who asks gets these, and they are read again behind its back", async () => {
    const ground = await aGround("behind");
    ground.pass(50);
    expect(await ground.known()).toEqual(["1.0.0"]);
    ground.pass(40);
    await expect.poll(() => ground.known()).toEqual(["2.0.0", "1.0.0"]);
  });

  test("given nobody has asked for 250 ms, then who asks waits for what is there now", async () => {
    const ground = await aGround("old");
    ground.pass(250);
    expect(await ground.known()).toEqual(["2.0.0", "1.0.0"]);
  });

  test("given this process has changed them, then they are read at once", async () => {
    const ground = await aGround("changed");
    ground.catalog.forget(ground.name);
    ground.pass(1);
    expect(await ground.known()).toEqual(["2.0.0", "1.0.0"]);
  });
});
