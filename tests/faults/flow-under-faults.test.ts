import path from "node:path";
import { freePort, Program } from "@drover/local-servers";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import type { Instance, InstanceDetail } from "../support/api-shapes.ts";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import { Journal } from "../support/journal.ts";
import { useOwnRedis } from "../support/own-redis.ts";
import {
  BOOKINGS,
  SILENT,
  STORMY_KINDS,
  stormyOutcome,
  VOTES,
  type StormyRun,
} from "../support/workflows/stormy-outcomes.ts";

const API = path.resolve(import.meta.dirname, "../../apps/api/src/main.ts");

/** Instances started between two faults: three of each kind. */
const WAVE = 3 * STORMY_KINDS.length;

/** Milliseconds for the API to come up on a busy machine. */
const START_PATIENCE = 50_000;

/** Seconds. */
const LOST_AFTER = 2;

const redis = useOwnRedis();
const drover = useDrover(() => ({
  queue: { redisUrl: redis().url },
  workflows: [testWorkflows("stormy-work")],
  apis: 0,
  workers: 3,
  concurrency: 8,
  lostAfterSeconds: LOST_AFTER,
}));

/** The API of this test, which is killed in the middle and comes back at the same place. */
let port = 0;
let api: ApiClient;
let apiProgram: Program;
let sql: Sql;

async function startApi(): Promise<void> {
  const { databaseUrl, queuePrefix } = drover().connection;
  apiProgram = new Program("api", API, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis().url,
    QUEUE_PREFIX: queuePrefix,
    PORT: String(port),
    API_PREFIX: "/workflows",
  });
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  await eventually("the API is up", isReady, START_PATIENCE);
}

beforeAll(async () => {
  port = await freePort();
  api = new ApiClient(`http://127.0.0.1:${port}/workflows`);
  sql = postgres(drover().connection.databaseUrl, { max: 2, onnotice: () => {} });
  await startApi();
});
afterAll(async () => {
  await Promise.all([apiProgram.kill(), sql.end({ timeout: 5 })]);
});

/** A wave of instances of all kinds; everything in it comes from its seed. */
function wave(seed: number): StormyRun[] {
  return Array.from({ length: WAVE }, (_, index) => {
    const kind = STORMY_KINDS[index % STORMY_KINDS.length] ?? "map";
    const round = Math.floor(index / STORMY_KINDS.length);
    const breaking = { nested: [null, "leaf_end", "outer_end"], bookings: [null, "confirm", null] };
    const breaks = kind === "nested" || kind === "bookings" ? breaking[kind][round] : null;
    return { kind, seed: seed + index, items: (seed + 5 * round) % 12, breaks: breaks ?? null };
  });
}

/** Starts a wave, however often it has to be asked for. @returns the runs by instance */
async function start(
  runs: readonly StormyRun[],
  directory: string,
): Promise<[string, StormyRun][]> {
  const instances = runs.map(({ kind, seed, items, breaks }) => ({
    definition_name: `stormy_${kind}`,
    idempotency_key: `${seed}`,
    input_data: { directory, seed, items, ...(breaks === null ? {} : { breaks }) },
  }));
  const started = await eventually("the API takes the work", async () => {
    const answer = await api.request<{ items: Instance[] }>("POST", "/instances/batch", {
      instances,
    });
    return answer.status < 300 && answer.body.items;
  });
  const byId = started.map(({ id }, n) => [id, runs[n]] as const);
  const known = byId.flatMap(([id, run]): [string, StormyRun][] =>
    run === undefined ? [] : [[id, run]],
  );
  const act = async (id: string, action: string, body?: unknown) =>
    eventually(`${action} is taken`, async () => (await api.act(id, action, body)).status < 300);
  await Promise.all(
    known.map(async ([id, { kind, seed }]) => {
      if (kind === "signals") await act(id, "signals/early", { id: "e", payload: `early ${seed}` });
      if (kind === "steered" || kind === "map") await api.act(id, "pause");
    }),
  );
  return known;
}

/** What people and other systems do meanwhile: answer, skip, signal. */
async function actOutside(): Promise<void> {
  const tasks = await sql<{ id: string; instance: string; step: string }[]>`
    select id, instance_id as instance, step_name as step from workflow_human_tasks
    where status = 'pending' and step_name in ('ask_one', 'ask_two', 'optional')`;
  const late = await sql<{ instance: string; seed: string }[]>`
    select i.id as instance, i.context_data->>'seed' as seed
    from workflow_step_executions e join workflow_instances i on i.id = e.instance_id
    where e.step_name = 'late' and e.status = 'waiting'`;
  await Promise.all([
    ...tasks.map(({ id, instance, step }) =>
      step === "optional"
        ? api.act(instance, "steps/optional/skip")
        : api.complete(id, "someone", { answer: step }),
    ),
    ...late.map(({ instance, seed }) =>
      api.act(instance, "signals/late", { id: "l", payload: `late ${seed}` }),
    ),
  ]);
}

async function resumePaused(): Promise<void> {
  const paused = await sql<{ id: string }[]>`
    select id from workflow_instances where status = 'paused'`;
  await Promise.all(paused.map(({ id }) => api.act(id, "resume")));
}

/** Instances whose row counts other tokens than there are, in one snapshot. */
async function miscounted() {
  return sql`
    select i.id, i.live_tokens, i.active_tokens, counted.* from workflow_instances i
    cross join lateral (
      select count(*)::int as live,
        count(*) filter (where e.status in ('scheduled', 'running'))::int as active
      from workflow_step_executions e
      where e.instance_id = i.id and e.status in ('pending', 'scheduled', 'running', 'waiting')
    ) counted
    where i.live_tokens <> counted.live or i.active_tokens <> counted.active`;
}

/** Whether a worker was silent for so long that its steps were given to others. */
async function isLost(pid: number): Promise<boolean> {
  const [worker] = await sql<{ silent: boolean; steps: number }[]>`
    select heartbeat_at < now() - make_interval(secs => ${LOST_AFTER}) as silent,
      (select count(*)::int from workflow_step_executions e
       where e.worker_id = w.id and e.status = 'running') as steps
    from workflow_workers w where pid = ${pid}`;
  return worker?.silent === true && worker.steps === 0;
}

async function leftBehind() {
  const [rows] = await sql`
    select (select count(*)::int from workflow_timers) as timers,
      (select count(*)::int from workflow_messages) as messages,
      (select count(*)::int from workflow_human_tasks where status = 'pending') as tasks,
      (select count(*)::int from workflow_callbacks where closed_at is null) as callbacks,
      (select count(*)::int from workflow_step_executions where sequence is null) as executions`;
  return rows;
}

/** Waits while the world goes on, and while no row ever contradicts another. */
function meanwhile(what: string, look: () => Promise<boolean> | boolean): Promise<true> {
  return eventually(what, async () => {
    await actOutside();
    expect(await miscounted()).toEqual([]);
    return (await look()) || undefined;
  });
}

function tally({ step_history: steps }: InstanceDetail): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { step_name: name, status } of steps) {
    const key = `${name} ${status}`;
    if (!VOTES.has(name)) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function expectOutcome(instance: InstanceDetail, run: StormyRun): void {
  const expected = stormyOutcome(run);
  const steps = tally(instance);
  const { status, output } = instance;
  if (expected !== null) {
    expect({ ...run, status, output, steps }).toEqual({ ...run, ...expected });
    const answers = { ask_one_answer: "ask_one", ask_two_answer: "ask_two" };
    if (run.kind === "people") expect(instance.context_data).toMatchObject(answers);
    return;
  }
  expect({ ...run, status }).toEqual({ ...run, status: "failed" });
  // Booked and undone, or never booked.
  for (const name of BOOKINGS) expect([undefined, 2]).toContain(steps[`${name} succeeded`]);
}

/** No attempt ran twice, and what counts is what the attempt that counts has done, once. */
async function expectEffectsOnce(journal: Journal): Promise<void> {
  const { entries } = journal;
  const tries = (event: string) =>
    entries.filter((entry) => entry.event === event).map(({ key, attempt }) => `${key} ${attempt}`);
  const started = tries("started");
  expect(started).toHaveLength(new Set(started).size);
  const ended = Map.groupBy(tries("ended"), (attempt) => attempt);
  const counted = (await drover().rows.executions()).filter(
    ({ stepType, status, stepName }) =>
      stepType === "machine" && status === "succeeded" && !SILENT.has(stepName),
  );
  const wrong = counted.filter(({ id, attempt }) => ended.get(`${id} ${attempt}`)?.length !== 1);
  expect(wrong).toEqual([]);
}

test("given flows of all kinds, when workers and the API are killed, one freezes and Redis forgets, then each ends once as it should [scenarios G1, G8]", async () => {
  const seed = Number(process.env["STORM_SEED"] ?? Math.floor(Math.random() * 1_000_000));
  process.stdout.write(`STORM_SEED=${seed}\n`);
  using journal = new Journal();
  const [victim, frozen] = drover().workers;
  if (victim === undefined || frozen === undefined) throw new Error("three workers were started");
  const endedBy = (pid: number) =>
    journal.entries.filter((entry) => entry.pid === pid && entry.event === "ended").length;
  const runs = await start(wave(seed), journal.directory);

  await meanwhile("the worker is among its work", () => endedBy(victim.pid) >= 15);
  await victim.kill();

  // The answer may be lost with the API: who asks again gets the same instances.
  const asked = start(wave(seed + 1_000), journal.directory);
  await apiProgram.kill();
  await startApi();
  runs.push(...(await asked));
  await resumePaused();

  const before = endedBy(frozen.pid);
  await meanwhile("the other worker is among its work", () => endedBy(frozen.pid) >= before + 10);
  process.kill(frozen.pid, "SIGSTOP");
  await redis().empty();
  runs.push(...(await start(wave(seed + 2_000), journal.directory)));
  await resumePaused();
  await meanwhile("it is taken for lost", () => isLost(frozen.pid));
  process.kill(frozen.pid, "SIGCONT");

  await meanwhile("all is over", async () => {
    const { completed = 0, failed = 0, ...open } = await drover().rows.instanceCounts();
    return completed + failed > 0 && Object.keys(open).length === 0;
  });
  expect(new Set(runs.map(([id]) => id)).size).toBe(3 * WAVE);
  for (const [id, run] of runs) expectOutcome(await api.get(id), run);
  await expectEffectsOnce(journal);
  await eventually("nothing is left behind", async () => {
    const left = await leftBehind();
    expect(left).toEqual({ timers: 0, messages: 0, tasks: 0, callbacks: 0, executions: 0 });
    return true;
  });
}, 180_000);
