import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { expect, test } from "vitest";
import type { Instance, Problem } from "../support/api-shapes.ts";
import { useBreakableServers } from "../support/breakable.ts";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { note, seconds } from "./figures.ts";

/** Milliseconds for which Postgres is away. */
const AWAY = 4_000;

const servers = useBreakableServers();

const drover = useDrover(() => ({
  databaseServer: servers().postgres.url,
  queue: { redisUrl: servers().redis.url },
  workflows: [HELD_WORK],
}));

/** Starts it; resolves with the moment from which on it takes connections. */
async function startPostgres(): Promise<number> {
  const starting = servers().postgres.start();
  let takenAt = Number.NaN;
  await eventually("Postgres takes connections", async () => {
    const sql = postgres(servers().postgres.url, { max: 1, connect_timeout: 1 });
    try {
      await sql`select 1`;
      takenAt = performance.now();
      return true;
    } finally {
      await sql.end({ timeout: 1 });
    }
  });
  await starting;
  return takenAt;
}

test("given Postgres crashes under work, when it is back, then work flows again, and no process was restarted", async () => {
  using journal = new Journal();
  const { api, rows, workers } = drover();
  const input = { directory: journal.directory };
  const held = await api.startMany("held_work", [input, input]);
  await eventually("both are in the middle of a step", () => {
    return journal.entries.filter(({ step }) => step === "hold").length === 2;
  });

  await servers().postgres.crash();
  // Their steps end while it is away: what they came to is kept in hand.
  journal.openGate();
  const start = () =>
    api.request<Instance & Problem>("POST", "/instances", {
      definition_name: "forked_work",
      input_data: input,
    });
  expect(await start()).toMatchObject({ status: 503, body: { code: "DATABASE_UNAVAILABLE" } });
  await pause(AWAY);
  const backAt = await startPostgres();

  const { body } = await eventually("a start is taken", async () => {
    const answer = await start();
    return answer.status === 201 && answer;
  });
  const taken = performance.now() - backAt;
  await api.untilStatus(body.id, "completed");
  const flows = performance.now() - backAt;
  for (const { id } of held) await api.untilStatus(id, "completed");
  const settled = performance.now() - backAt;
  note({
    fault: `Postgres crashed, away for ${seconds(AWAY)}`,
    promise: "work flows again 3 s after it takes connections, no process restarted by hand",
    measured: `a start is taken after ${seconds(taken)}, a workflow with a fork is through after ${seconds(flows)}, what was interrupted after ${seconds(settled)}`,
  });
  expect(flows).toBeLessThan(15_000);
  expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
  // What ended while it was away was not done again.
  const machines = await rows.executions();
  expect(machines.filter(({ attempt }) => attempt !== 1)).toEqual([]);
}, 300_000);
