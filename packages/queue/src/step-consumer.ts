import { DelayedError, WaitingError, Worker, type Job } from "bullmq";
import { setTimeout as pause } from "node:timers/promises";
import {
  consumerConnection,
  postgresConnection,
  QUEUE_NAME,
  type QueueOptions,
} from "./connection.ts";
import { createLastingBackend } from "./lasting-backend.ts";
import type { StepJob } from "./jobs.ts";

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

export interface ConsumerOptions {
  /** Jobs at once, while `setOpen` has not said otherwise. */
  readonly concurrency: number;
  /** Must not throw: what goes wrong with a step belongs to Postgres. */
  readonly handle: (job: StepJob, timesOffered: number) => Promise<JobVerdict>;
  /** Told of what goes wrong with the connection; it mends itself. */
  readonly onError: (error: Error) => void;
}

type StepConsumerOptions = QueueOptions & ConsumerOptions;

/** What takes jobs from a queue and hands them to whoever made it. */
export interface Consumer {
  /** Begins to take jobs; does not wait for a queue that is away. */
  start(): void;
  /**
   * Whether several jobs are taken at once, as at first, or one at a time: who has nowhere to begin them
   * leaves them to others. That one is taken all the same, to be at hand.
   */
  setOpen(isOpen: boolean): void;
  /** Takes no more jobs; those at work go on. */
  pause(): Promise<void>;
  /** Waits for the jobs at work and ends the connections, in at most so many milliseconds. */
  close(deadline: number): Promise<void>;
}

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

/** The side of the queue that takes work. */
export class StepConsumer implements Consumer {
  readonly #worker: Worker;
  readonly #concurrency: number;
  readonly #onError: (error: Error) => void;
  #inHand = 0;
  #isOpen = true;
  #paused = false;

  constructor(options: StepConsumerOptions) {
    const handle = async (job: StepJob, timesOffered: number): Promise<JobVerdict> => {
      // A fetch that was under way may still bring a job: it goes back for others.
      if (this.#paused) return { offerAgainIn: 0 };
      this.#inHand += 1;
      this.#setLimit();
      try {
        return await options.handle(job, timesOffered);
      } finally {
        this.#inHand -= 1;
        this.#setLimit();
      }
    };
    this.#worker = createBullWorker({ ...options, handle });
    this.#concurrency = options.concurrency;
    this.#onError = options.onError;
    this.#worker.on("error", options.onError);
  }

  start(): void {
    this.#worker.run().catch((error: unknown) => {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    });
  }

  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#setLimit();
  }

  /**
   * BullMQ asks how many it may have before each job that it takes, and begins with none while it may take
   * more. So it may take one more than are in hand: each is begun before the next one is asked for.
   */
  #setLimit(): void {
    this.#worker.concurrency = this.#isOpen ? Math.min(this.#inHand + 1, this.#concurrency) : 1;
  }

  async pause(): Promise<void> {
    this.#paused = true;
    await this.#worker.pause(true);
  }

  async close(deadline: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, deadline);
    // Closing hangs while Redis does; the process ends anyway.
    await Promise.race([this.#worker.close().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

function createBullWorker(options: StepConsumerOptions): Worker {
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
    return new Worker(QUEUE_NAME, processor, { ...settings, connection, prefix });
  }
  const connection = postgresConnection(location.url, concurrency + 2);
  // The two workers differ in the type of their backend alone, which is never touched here.
  return new Worker(
    QUEUE_NAME,
    processor,
    { ...settings, connection },
    createLastingBackend,
  ) as unknown as Worker;
}
