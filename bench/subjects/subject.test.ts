import { newId } from "@drover/db";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { createDatabase, type OwnDatabase } from "../world/databases.ts";
import { onlooker } from "../world/processes.ts";
import { Subject } from "./subject.ts";

/** Rows of steps that a workflow is to have here. */
const EACH = 2;

let database: OwnDatabase;
let subject: Subject;
beforeAll(async () => {
  database = await createDatabase(inject("databaseUrl"));
  subject = new Subject(
    {
      name: "subject",
      origin: "http://127.0.0.1:1",
      onePath: "/",
      oneOf: () => ({}),
      batchPath: "/",
      batchOf: () => ({}),
      table: "flows",
      stepTable: "steps",
      live: ["running"],
      stepOwner: "flow_id",
      stepKey: "flow_id, step_name",
      stepSucceeded: "succeeded",
      numberOf: "result::float8",
    },
    onlooker(database.url),
  );
  await subject.sql.unsafe(`
    create table flows (
      id uuid, status text, started_at timestamptz default now(), completed_at timestamptz);
    create table steps (flow_id uuid, step_name text, succeeded boolean, result text)`);
});
beforeEach(() => subject.sql.unsafe("truncate flows, steps"));
afterAll(async () => {
  await subject.close();
  await database.drop();
});

async function flow(status: string, steps: readonly string[], succeeded = true): Promise<void> {
  const id = newId();
  await subject.sql`insert into flows (id, status) values (${id}, ${status})`;
  for (const step of steps) {
    await subject.sql`insert into steps values (${id}, ${step}, ${succeeded}, '1.5')`;
  }
}

test("given workflows whose steps have a row each, then they are counted", async () => {
  await flow("completed", ["a", "b"]);
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await flow("completed", ["a", "b"]);
  expect(await subject.check(mark, 2, EACH)).toBe(4);
  expect(await subject.results(mark, "b")).toEqual([1.5, 1.5]);
});

test.each([
  ["a step that is missing", "completed", ["a"], true, '"rows":3'],
  ["a step that is there twice", "completed", ["a", "a"], true, '"steps":3'],
  ["a step that has not succeeded", "completed", ["a", "b"], false, '"succeeded":2'],
  ["a workflow that is not over", "running", ["a", "b"], true, '"completed":1'],
])("given %s, then that is an error", async (_, status, steps, succeeded, told) => {
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await flow(status, steps, succeeded);
  await expect(subject.check(mark, 2, EACH)).rejects.toThrow(told);
});

test("given a workflow that was never started, then that is an error", async () => {
  const mark = await subject.mark();
  await flow("completed", ["a", "b"]);
  await expect(subject.check(mark, 2, EACH)).rejects.toThrow('found {"workflows":1');
});
