import type { JobVerdict, StepJob } from "@drover/queue";
import { processStep, type StepServices } from "./process-step.ts";
import { processTimer } from "./process-timer.ts";

/** Milliseconds until a job comes up again that could not be worked on. */
const TROUBLE_PAUSE = 1_000;

/** Milliseconds that a job waits for a place, and after which it comes up again if it had none. */
const PATIENCE = 250;

/**
 * Works on a job. Never fails: where Postgres could not be asked, the job comes up again, here or
 * with another worker.
 * @param timesOffered how often the job has come up, this time included
 */
export async function processJob(
  services: StepServices,
  job: StepJob,
  timesOffered: number,
): Promise<JobVerdict> {
  try {
    if (job.kind === "timer") return await processTimer(services, job);
    const verdict = await services.places.use("queue", PATIENCE, () =>
      processStep(services, job, timesOffered),
    );
    return verdict ?? { offerAgainIn: PATIENCE };
  } catch (error) {
    services.logger.warn({ err: error, job }, "a job could not be worked on; it is offered again");
    return { offerAgainIn: TROUBLE_PAUSE };
  }
}
