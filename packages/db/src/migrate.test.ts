import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { migrate } from "./migrate.ts";

describe("migrations", () => {
  const name = `drover_migrate_${randomUUID().replaceAll("-", "")}`;
  const server = () => postgres(inject("databaseUrl"), { max: 1, onnotice: () => {} });
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;

  beforeEach(async () => {
    const sql = server();
    await sql.unsafe(`create database ${name}`);
    await sql.end();
  });
  afterEach(async () => {
    const sql = server();
    await sql.unsafe(`drop database ${name} with (force)`);
    await sql.end();
  });

  test("given an empty database, when many processes start at once, then all succeed", async () => {
    await Promise.all(Array.from({ length: 6 }, () => migrate(url.href)));
    const sql = postgres(url.href, { max: 1 });
    const tables = await sql<{ table_name: string }[]>`
      select table_name from information_schema.tables
      where table_schema = 'public' order by table_name`;
    await sql.end();
    expect(tables.map((table) => table.table_name)).toEqual([
      "workflow_callbacks",
      "workflow_definitions",
      "workflow_human_tasks",
      "workflow_instances",
      "workflow_messages",
      "workflow_signals",
      "workflow_start_offers",
      "workflow_step_attempts",
      "workflow_step_executions",
      "workflow_timers",
      "workflow_workers",
    ]);
  });
});
