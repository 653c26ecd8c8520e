import type { ScheduledExecution } from "@drover/engine";
import type { JobVerdict, StepJob } from "@drover/queue";
import { processStep, takeUpStep, type StepServices } from "./process-step.ts";
import { processTimer } from "./process-timer.ts";

/** Milliseconds until a job comes up again that could not be worked on. */
const TROUBLE_PAUSE = 1_000;

/** Milliseconds that a step waits for a place here, before it is for whoever has one. */
const PATIENCE = 250;

/** The same where nothing else waits in the queue: then others may have nothing to do. */
const PATIENCE_FOR_THE_LAST = 10;

/** It has waited: it comes before what was scheduled after it. */
const FOR_OTHERS = { offerAgainIn: 0 } as const;

/**
 * Works on a job. Never fails: where Postgres could not be asked, the job comes up again, here or
 * with another worker.
 * @param timesOffered how often the job has come up, this time included
 * @returns once its steps are claimed; they run on without it
 */
export async function processJob(
  services: StepServices,
  job: StepJob,
  timesOffered: number,
): Promise<JobVerdict> {
  switch (job.kind) {
    case "timer":
      return orAgain(services, job, () => processTimer(services, job));
    case "step":
      return takeUp(services, job, timesOffered);
    case "steps":
      return takeUpAll(services, job.executions, timesOffered);
  }
}

/** Takes a step up once there is a place for it, which it keeps until its branch is over. */
async function takeUp(
  services: StepServices,
  execution: ScheduledExecution,
  timesOffered: number,
): Promise<JobVerdict> {
  const { places } = services;
  // One that is free is taken in this turn.
  const giveBack = await places.take("queue", places.isAnyFree ? 0 : await patience(services));
  if (giveBack === null) return FOR_OTHERS;
  return orAgain(services, execution, async () => {
    let over = Promise.resolve();
    try {
      const taken = await takeUpStep(services, execution, timesOffered);
      over = taken.over;
      await turns(services.ports);
      return taken.verdict;
    } finally {
      void goOn(services, over).finally(giveBack);
    }
  });
}

async function patience({ backlog }: StepServices): Promise<number> {
  return (await backlog.isAny()) ? PATIENCE : PATIENCE_FOR_THE_LAST;
}

/**
 * Turns of the event loop after which what a claimed step asks Postgres for first is on its way, if it is
 * brisk. To end its job before that would hold up all of it; while Postgres is at work it costs the branch least.
 */
const TURNS = 3;

async function turns({ soon }: StepServices["ports"]): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise<void>(soon);
}

/** A branch tells of all that goes wrong by itself; of what it did not expect nobody else would. */
async function goOn({ logger }: StepServices, over: Promise<void>): Promise<void> {
  await over.catch((error: unknown) => logger.error({ err: error }, "a branch has broken off"));
}

/** What could not be taken up stays in the job, which comes up again as soon as the first of them would. */
async function takeUpAll(
  services: StepServices,
  executions: readonly ScheduledExecution[],
  timesOffered: number,
): Promise<JobVerdict> {
  const verdicts = await Promise.all(
    executions.map((execution) => takeUp(services, execution, timesOffered)),
  );
  const left = executions.filter((_, index) => verdicts[index] !== "done");
  if (left.length === 0) return "done";
  const again = verdicts.flatMap((verdict) => (verdict === "done" ? [] : verdict.offerAgainIn));
  return { offerAgainIn: Math.min(...again), left: { kind: "steps", executions: left } };
}

/**
 * Works on a step that has no job, on a place, until its branch is over. Never fails: what was not worked on
 * stays scheduled, and is found again.
 */
export async function processOnPlace(
  services: StepServices,
  execution: ScheduledExecution,
): Promise<void> {
  await orAgain(services, execution, async () => {
    const work = () => processStep(services, execution);
    const verdict = await services.places.use("queue", PATIENCE, work);
    return verdict ?? FOR_OTHERS;
  });
}

async function orAgain(
  { logger }: StepServices,
  job: StepJob | ScheduledExecution,
  work: () => Promise<JobVerdict>,
): Promise<JobVerdict> {
  try {
    return await work();
  } catch (error) {
    logger.warn({ err: error, job }, "a job could not be worked on; it is offered again");
    return { offerAgainIn: TROUBLE_PAUSE };
  }
}
