/** What HTTP and Postgres alone come to: a row like that of an instance for each request. */
import { serve } from "@hono/node-server";
import { newId } from "@drover/db";
import { Hono } from "hono";
import postgres from "postgres";

const CONNECTIONS = 8;

const TABLE = `
create table started (
  id uuid primary key,
  workflow_name text not null,
  workflow_version text not null default '1.0.0',
  status text not null default 'running',
  context_data jsonb not null,
  metadata jsonb not null default '{}',
  started_at timestamptz not null default now(),
  created_at timestamptz not null default now()
)`;

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: CONNECTIONS });
await sql.unsafe(TABLE);

const app = new Hono();
app.get("/health", (context) => context.json({ status: "ok" }));
app.post("/instances", async (context) => {
  const body = await context.req.json<{ definition_name: string; input_data: object }>();
  const id = newId();
  const input = JSON.stringify(body.input_data);
  await sql`
    insert into started (id, workflow_name, context_data)
    values (${id}, ${body.definition_name}, ${input}::text::jsonb)`;
  return context.json({ id, status: "running", workflow_name: body.definition_name }, 201);
});
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"]) });
