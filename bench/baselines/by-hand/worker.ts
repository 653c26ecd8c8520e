/** Takes the jobs: a transaction for each step, then the job of the next one. */
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "bullmq";
import postgres from "postgres";
import { CHAIN_STEPS, TIMER, WAITING, WAITING_STEPS } from "../../workflows/names.ts";
import { QUEUE, queueSettings, type StepJob, Steps } from "./queues.ts";
import type { Kind } from "./tables.ts";

/** Fastest for chains on two cores, of 16 to 128 jobs at once and 8 to 32 connections. */
const CONCURRENCY = Number(process.env["CONCURRENCY"] ?? 32);
const CONNECTIONS = Number(process.env["CONNECTIONS"] ?? 16);

const settings = queueSettings(process.env);
const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: CONNECTIONS });
const steps = new Steps(settings);

interface Step {
  /** What the step does; null where it does nothing. */
  readonly run: (job: StepJob) => unknown;
}

const nothing: Step = { run: () => null };
const waits: Step = { run: () => pause(WAITING) };

/** The steps of each kind of run, in their order. */
const KINDS: Readonly<Record<Kind, readonly Step[]>> = {
  chain: Array.from({ length: CHAIN_STEPS }, () => nothing),
  waiting: Array.from({ length: WAITING_STEPS }, () => waits),
  // Its members, and what joins them.
  "fan-out": [nothing, nothing],
  // The job of the second one is delayed until then.
  timer: [{ run: () => Date.now() + TIMER }, { run: lateness }],
};

/** By how many milliseconds the step after a timer came too late. */
async function lateness({ run }: StepJob): Promise<number> {
  const begun = Date.now();
  const [set] = await sql<{ due: number }[]>`
    select result::float8 as due from run_steps where run_id = ${run} and step_name = '1'`;
  return begun - (set?.due ?? Number.NaN);
}

async function runStep(job: StepJob): Promise<void> {
  const all = KINDS[job.kind];
  const result = (await all[job.step - 1]?.run(job)) ?? null;
  if (job.member !== undefined) return writeMember(job);
  const isLast = job.step === all.length;
  await sql.begin((transaction) => [
    transaction`
      insert into run_steps (run_id, step_name, result)
      values (${job.run}, ${String(job.step)}, ${JSON.stringify(result)}::text::jsonb)
      on conflict do nothing`,
    isLast
      ? transaction`
          update runs set status = 'completed', completed_at = now()
          where id = ${job.run} and status = 'running'`
      : transaction`
          update runs set current_step = ${job.step + 1}
          where id = ${job.run} and current_step = ${job.step}`,
  ]);
  if (isLast) return;
  const delay = job.kind === "timer" ? Math.max(Number(result) - Date.now(), 0) : 0;
  await steps.next({ run: job.run, kind: job.kind, step: job.step + 1 }, delay);
}

/** A member of a fan-out: one row, and nothing of the run's own is touched. */
async function writeMember({ run, step, member }: StepJob): Promise<void> {
  await sql`
    insert into run_steps (run_id, step_name) values (${run}, ${`${step}-${member}`})
    on conflict do nothing`;
}

const worker = new Worker<StepJob>(QUEUE, (job) => runStep(job.data), {
  ...settings,
  concurrency: CONCURRENCY,
});
worker.on("error", (error) => process.stderr.write(`${error.message}\n`));
worker.on("failed", (_, error) => process.stderr.write(`${error.message}\n`));
await worker.waitUntilReady();
process.stdout.write("ready\n");
