import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { HELD_WORK, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnPostgres } from "../support/own-postgres.ts";

/** Seconds that a statement gets. */
const TIMEOUT = 2;

/** Seconds in which the API says that it has no database: two limits, and room for a slow day. */
const BOUNDED = 40;

/** Seconds that Postgres stands still; longer than any statement is waited for. */
const FROZEN = 8;

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 60_000;

const postgres = useOwnPostgres();
const drover = useDrover(() => ({
  databaseServer: postgres().url,
  settings: { DATABASE_TIMEOUT_SECONDS: String(TIMEOUT) },
  workflows: [HELD_WORK],
}));

// Also where the test has failed: what stands still cannot be stopped in order.
afterEach(() => postgres().thaw());

interface Answered {
  readonly key: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly seconds: number;
}

/** A start as a careful client sends it, with a key to ask again by. */
async function start(directory: string, key: string): Promise<Answered> {
  const began = performance.now();
  const response = await fetch(`${drover().api.url}/instances`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ definition_name: "held_work", input_data: { directory } }),
  });
  const body: unknown = await response.json();
  const code = typeof body === "object" && body !== null ? Reflect.get(body, "code") : undefined;
  return {
    key,
    status: response.status,
    code,
    retryAfter: response.headers.get("retry-after"),
    seconds: (performance.now() - began) / 1_000,
  };
}

test("given a Postgres that stands still, then answers come in time, and afterwards all goes on by itself", async () => {
  const { api, rows, programs } = drover();
  using journal = new Journal();
  const inputs = Array.from({ length: 6 }, () => ({ directory: journal.directory }));
  const held = await api.startMany("held_work", inputs);
  await eventually("the steps are at work", () => {
    const started = journal.entries.filter(({ step, event }) => step + event === "holdstarted");
    return started.length === held.length;
  });

  postgres().freeze();
  const frozenAt = performance.now();
  // The ends of these steps cannot be written now.
  journal.openGate();
  const keys = Array.from({ length: 30 }, () => randomUUID());
  const answers = await Promise.all(keys.map((key) => start(journal.directory, key)));
  for (const { status, code, retryAfter, seconds } of answers) {
    expect([status, code, retryAfter]).toEqual([503, "DATABASE_UNAVAILABLE", "2"]);
    expect(seconds).toBeLessThan(BOUNDED);
  }
  const slowest = Math.max(...answers.map(({ seconds }) => seconds));
  const live = await fetch(new URL("/health/live", api.url));
  const ready = await fetch(new URL("/health/ready", api.url));
  expect([live.status, ready.status]).toEqual([200, 503]);
  await pause(Math.max(0, FROZEN * 1_000 - (performance.now() - frozenAt)));
  postgres().thaw();
  const thawedAt = performance.now();

  const again = await eventually(
    "starts are taken again",
    async () => {
      const answer = await start(journal.directory, randomUUID());
      return answer.status === 201 && answer;
    },
    FLOWS_AGAIN,
  );
  const taken = (performance.now() - thawedAt) / 1_000;
  for (const { id } of held) await api.untilStatus(id, "completed", FLOWS_AGAIN);
  const flows = (performance.now() - thawedAt) / 1_000;
  process.stdout.write(
    `frozen Postgres: slowest 503 after ${slowest.toFixed(1)} s; thawed: ` +
      `starts after ${taken.toFixed(1)} s, held work ended after ${flows.toFixed(1)} s\n`,
  );
  // What was not answered may or may not have been done; asked again with its key it is done once.
  for (const key of [...keys, again.key]) {
    const repeated = await start(journal.directory, key);
    expect(repeated.status).toBe(201);
  }
  await eventually(
    "all has ended",
    async () => {
      const counts = await rows.instanceCounts();
      return counts["completed"] === held.length + keys.length + 1;
    },
    FLOWS_AGAIN,
  );
  expect(await rows.instanceCounts()).toEqual({ completed: held.length + keys.length + 1 });
  // Nobody had to be started again.
  for (const program of programs) expect(program.isRunning).toBe(true);
  for (const { id } of held) {
    const succeeded = (await rows.executions(id)).filter(({ status }) => status === "succeeded");
    expect(succeeded.map(({ stepName }) => stepName)).toEqual(["prepare", "hold", "finish"]);
  }
}, 240_000);
