/** Starts runs over HTTP: their rows in one statement, then a job for each. */
import { serve } from "@hono/node-server";
import { newId } from "@drover/db";
import { Hono } from "hono";
import postgres from "postgres";
import { queueSettings, Steps } from "./queues.ts";
import type { NewRun } from "./tables.ts";

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 8 });
const steps = new Steps(queueSettings(process.env));

async function start(wanted: readonly Omit<NewRun, "id">[]): Promise<string[]> {
  const runs = wanted.map((run) => ({ ...run, id: newId() }));
  const ids = runs.map(({ id }) => id);
  await sql`
    insert into runs (id, kind, input)
    select * from unnest(${ids}::uuid[], ${runs.map(({ kind }) => kind)}::text[],
      ${runs.map(({ input }) => JSON.stringify(input))}::text[]::jsonb[])`;
  await steps.first(runs);
  return ids;
}

const app = new Hono();
app.get("/health", (context) => context.json({ status: "ok" }));
app.post("/runs", async (context) => {
  const [id] = await start([await context.req.json<Omit<NewRun, "id">>()]);
  return context.json({ id }, 201);
});
app.post("/runs/batch", async (context) => {
  const { runs } = await context.req.json<{ runs: Omit<NewRun, "id">[] }>();
  return context.json({ ids: await start(runs) }, 201);
});
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"]) });
