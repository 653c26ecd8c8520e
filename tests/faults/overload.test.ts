import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { useOwnPostgres } from "../support/own-postgres.ts";

/** Requests that the API works on at once, and megabytes of their bodies. */
const REQUESTS = 32;
const MEGABYTES = 8;

/** Clients that send one start after the other, as fast as they are answered. */
const CLIENTS = 150;

/** Characters that each start brings along. */
const BALLAST = 150_000;

/** Milliseconds after which clients give up and send the next one: what they sent before is still in hand. */
const IMPATIENT = 1_500;

/** Starts while Postgres stands still. */
const STARTS = 4_000;

/**
 * Megabytes by which the memory may grow. With the limits it was 40, without them more than 500: then
 * all that was sent is kept.
 */
const GROWTH = 350;

/** Milliseconds for work to flow again, on a slow day. */
const FLOWS_AGAIN = 60_000;

const postgres = useOwnPostgres();
const drover = useDrover(() => ({
  databaseServer: postgres().url,
  workflows: [testWorkflows("small-flows")],
  workers: 1,
  settings: {
    MAX_REQUESTS: String(REQUESTS),
    MAX_PENDING_MEGABYTES: String(MEGABYTES),
    // Long enough for nothing to be given up during the flood: what bounds memory is the places alone.
    DATABASE_TIMEOUT_SECONDS: "60",
  },
}));

interface Answered {
  readonly key: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly milliseconds: number;
}

const ballast = "x".repeat(BALLAST);

/** @param patience milliseconds until the client gives up */
async function start(key: string = randomUUID(), patience = 60_000): Promise<Answered> {
  const began = performance.now();
  const response = await fetch(`${drover().api.url}/instances`, {
    method: "POST",
    signal: AbortSignal.timeout(patience),
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ definition_name: "simple_workflow", input_data: { ballast } }),
  });
  const body: unknown = await response.json();
  const code = typeof body === "object" && body !== null ? Reflect.get(body, "code") : undefined;
  const retryAfter = response.headers.get("retry-after");
  const milliseconds = performance.now() - began;
  return { key, status: response.status, code, retryAfter, milliseconds };
}

/** Many clients that do not wait as they are told to. @returns the answers to those who did not give up */
async function flood(starts: number, patience?: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  let left = starts;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await start(undefined, patience).catch((error: unknown) => {
        // Who gives up, or whose connection breaks in the crowd, has no answer; `fetch` says so with
        // a TypeError.
        const hasNoAnswer =
          error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
        if (!hasNoAnswer) throw error;
        return null;
      });
      if (answer !== null) answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return answers;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test("given a Postgres that stalls under a flood of starts, then the surplus is sent away and memory stays bounded", async () => {
  const { api, rows, programs } = drover();
  const program = programs.find(({ name }) => name.startsWith("api"));
  if (program === undefined) throw new Error("an API was started");
  const acknowledged = (await flood(CLIENTS)).filter(({ status }) => status === 201);
  expect(acknowledged.length).toBeGreaterThan(0);

  const before = program.memory;
  let most = before;
  postgres().freeze();
  const watch = setInterval(() => (most = Math.max(most, program.memory)), 100);
  const flooded = async () => {
    try {
      return await flood(STARTS, IMPATIENT);
    } finally {
      clearInterval(watch);
    }
  };
  const [answers, live] = await Promise.all([
    flooded(),
    fetch(new URL("/health/live", api.url)),
  ]).finally(() => postgres().thaw());

  const surplus = answers.filter(({ code }) => code === "OVERLOADED");
  const admitted = answers.filter(({ code }) => code !== "OVERLOADED");
  process.stdout.write(
    `overload: ${surplus.length} of ${STARTS} starts sent away after ` +
      `${median(surplus.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms (median), ` +
      `memory ${before.toFixed(0)} MB, at the most ${most.toFixed(0)} MB\n`,
  );
  expect(live.status).toBe(200);
  expect(surplus.length).toBeGreaterThan(STARTS / 2);
  expect(most - before).toBeLessThan(GROWTH);
  for (const { status, retryAfter } of surplus) expect([status, retryAfter]).toEqual([503, "2"]);
  for (const { status, code } of admitted) {
    expect([status, code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
  }

  await eventually(
    "starts are taken again",
    async () => {
      const answer = await start();
      if (answer.status === 201) acknowledged.push(answer);
      return answer.status === 201;
    },
    FLOWS_AGAIN,
  );
  // A start that was not answered may have been written all the same; none that was is missing.
  await eventually(
    "all that there is has ended",
    async () => {
      const { completed = 0, ...others } = await rows.instanceCounts();
      return completed >= acknowledged.length && Object.keys(others).length === 0;
    },
    FLOWS_AGAIN,
  );
  for (const { key } of acknowledged) {
    const replayed = await eventually("the key is known", async () => {
      const answer = await start(key);
      return answer.status === 201 && answer;
    });
    expect(replayed.status).toBe(201);
  }
  // Who was sent away has left nothing.
  const { completed = 0 } = await rows.instanceCounts();
  expect(completed).toBeLessThanOrEqual(acknowledged.length + STARTS - surplus.length);
  for (const each of programs) expect(each.isRunning).toBe(true);
}, 300_000);

test("given starts that find no place, then what is there can be read all the while", async () => {
  const { api } = drover();
  const { id } = await api.start("simple_workflow", {});
  await api.untilStatus(id, "completed");
  // Nobody can write now, and everybody can read.
  const lock = await postgres().holdLock("workflow_instances", drover().connection.databaseUrl);
  try {
    const flooding = flood(2_000);
    await eventually("starts are sent away", async () => (await start()).code === "OVERLOADED");
    for (const path of ["/instances", `/instances/${id}`, "/queues", "/definitions"]) {
      expect((await api.request("GET", path)).status).toBe(200);
    }
    const codes = new Set((await flooding).map(({ code }) => code));
    expect(codes).toContain("OVERLOADED");
    // Those that found a place waited for the lock in vain.
    const others = [...codes].filter((code) => code !== "OVERLOADED");
    expect(["DATABASE_BUSY", "DATABASE_UNAVAILABLE"]).toEqual(expect.arrayContaining(others));
  } finally {
    await lock.release();
  }
  await eventually(
    "starts are taken again",
    async () => (await start()).status === 201,
    FLOWS_AGAIN,
  );
}, 240_000);
