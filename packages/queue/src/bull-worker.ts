import {
  DelayedError,
  WaitingError,
  Worker,
  type ConnectionOptions,
  type IQueueBackend,
  type Job,
  type JobProgress,
  type RedisQueueBackend,
} from "bullmq";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import {
  consumerConnection,
  postgresConnection,
  QUEUE_NAME,
  type QueueOptions,
} from "./connection.ts";
import type { StepJob } from "./jobs.ts";
import { createLastingBackend } from "./lasting-backend.ts";

/** What became of a job. */
export type JobVerdict =
  | "done"
  | {
      /**
       * Milliseconds after which it is to be offered again, behind all others; at 0 at once, and before them,
       * as far as the queue can: BullMQ on Postgres has it behind them.
       */
      readonly offerAgainIn: number;
      /** What is left of it; all of it unless given. */
      readonly left?: StepJob;
    };

type BullWorkerOptions = QueueOptions & {
  /** Jobs at once, at the most. */
  readonly concurrency: number;
  readonly handle: (job: StepJob, timesOffered: number) => Promise<JobVerdict>;
};

/**
 * Milliseconds; a job whose worker died is offered again after at most lock + 2 to 3 checks. Short,
 * as a job that is offered twice does no harm: its row is claimed once.
 * `maxStalledCount` is out of reach: how often a step may be tried is not the queue's business.
 */
const RECOVERY = { lockDuration: 5_000, stalledInterval: 2_000, maxStalledCount: 100_000 } as const;

/** Seconds that an idle worker listens before it looks whether it is still wanted. */
const DRAIN_DELAY = 5;

/**
 * Milliseconds that others get to take a job that goes back to them at once: whoever gave it back looks for a
 * job next, and would nearly always be the first to find it.
 */
export const HEAD_START = 20;

/** Milliseconds before a job's end is reported again after the connection broke. */
const RUN_RETRY_DELAY = 1_000;

/** Turns of the event loop after which what a job asks of others first is on its way. */
const TURNS = 3;

/**
 * BullMQ's, which looks for the next job in the moment in which one begins. That would come before what the
 * one asks of Postgres, by as long as it takes to ask Redis and to read the answer; here it can wait for that.
 */
export class BullWorker<
  Backend extends IQueueBackend = RedisQueueBackend,
  Connection = ConnectionOptions,
> extends Worker<StepJob, void, string, Backend, JobProgress, Connection> {
  #mayLook: Promise<void> = Promise.resolve();

  /** The job that begins now goes first: the next one is looked for a few turns later. */
  letBegin(): void {
    this.#mayLook = turns();
  }

  protected override async moveToActive(token: string, name?: string) {
    await this.#mayLook;
    return super.moveToActive(token, name);
  }
}

async function turns(): Promise<void> {
  for (let count = 0; count < TURNS; count += 1) await turn();
}

export function createBullWorker(options: BullWorkerOptions): BullWorker {
  const { location, prefix, concurrency, handle } = options;
  const processor = async (job: Job<StepJob>, token?: string): Promise<void> => {
    const verdict = await handle(job.data, job.attemptsStarted);
    if (verdict === "done") return;
    if (verdict.left !== undefined) await job.updateData(verdict.left);
    if (verdict.offerAgainIn === 0) {
      await job.moveToWait(token);
      await pause(HEAD_START);
      throw new WaitingError();
    }
    await job.moveToDelayed(Date.now() + verdict.offerAgainIn, token);
    throw new DelayedError();
  };
  const settings = {
    concurrency: 1,
    ...RECOVERY,
    runRetryDelay: RUN_RETRY_DELAY,
    drainDelay: DRAIN_DELAY,
    autorun: false,
  };
  if (location.backend === "redis") {
    const connection = consumerConnection(location.url);
    return new BullWorker(QUEUE_NAME, processor, { ...settings, connection, prefix });
  }
  const connection = postgresConnection(location.url, concurrency + 2);
  const onPostgres: unknown = new BullWorker<PostgresBackend, PostgresConnection>(
    QUEUE_NAME,
    processor,
    { ...settings, connection },
    createLastingBackend,
  );
  // The two workers differ in the type of their backend alone, which is never touched here.
  return onPostgres as BullWorker;
}

type PostgresBackend = ReturnType<typeof createLastingBackend>;
type PostgresConnection = ReturnType<typeof postgresConnection>;
