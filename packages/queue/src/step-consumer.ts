import { createBullWorker, type BullWorker, type JobVerdict } from "./bull-worker.ts";
import type { QueueOptions } from "./connection.ts";
import type { StepJob } from "./jobs.ts";

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

/** The side of the queue that takes work. */
export class StepConsumer implements Consumer {
  readonly #worker: BullWorker;
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
      // While others are in hand it is for them that what comes next may be begun early.
      if (this.#inHand === 1) this.#worker.letBegin();
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
