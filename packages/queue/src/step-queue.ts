import type { ScheduledExecution } from "@drover/engine";
import { Queue } from "bullmq";
import {
  HANDOVER_TIMEOUT,
  postgresConnection,
  producerConnection,
  QUEUE_NAME,
  type QueueOptions,
} from "./connection.ts";
import { Epoch, type Turn } from "./epoch.ts";
import { QueueUnavailableError } from "./errors.ts";
import { createLastingBackend } from "./lasting-backend.ts";
import { bundledJobs, stepJob, timerJob, type BulkJob, type NearTimer } from "./jobs.ts";

/** Jobs of one pipeline: large enough to be fast, small enough not to block Redis. */
const PIPELINE = 500;

/** Pipelines under way at once: one is made while Redis works on the other. */
const PIPELINES = 2;

/** Connections of a producer on Postgres. */
const CONNECTIONS = 3;

type BullQueue = Queue;

/** The side of the queue that hands work over. */
export class StepQueue {
  readonly name = QUEUE_NAME;
  readonly backend: "redis" | "postgres";
  /** BullMQ's own queue, to show it to people. Change nothing through it: Postgres has the facts. */
  readonly bullQueue: BullQueue;
  readonly #epoch: Epoch | null;
  /** What the next call to the queue brings along, and that call. */
  #fresh: ScheduledExecution[] = [];
  #waiting: BulkJob[] = [];
  #next: Promise<void> | null = null;

  constructor(options: QueueOptions) {
    const { location, prefix } = options;
    this.backend = location.backend;
    this.bullQueue = createBullQueue(options);
    // Without a listener an error event would end the process; failures show where jobs are added.
    this.bullQueue.on("error", () => {});
    this.#epoch = location.backend === "redis" ? new Epoch(location.url, prefix) : null;
  }

  /**
   * Hands over executions that were just scheduled; of many, a job carries several.
   * @throws QueueUnavailableError after 1.5 s; some may have been handed over all the same
   */
  async enqueue(executions: readonly ScheduledExecution[]): Promise<void> {
    for (const execution of executions) this.#fresh.push(execution);
    await this.#addTogether();
  }

  /**
   * Hands over scheduled executions that may be in the queue already: each has a job of its own, which
   * is there once however often this is repeated.
   * @throws QueueUnavailableError after 1.5 s; some may have been handed over all the same
   */
  async enqueueAgain(executions: readonly ScheduledExecution[]): Promise<void> {
    for (const execution of executions) this.#waiting.push(stepJob(execution));
    await this.#addTogether();
  }

  /**
   * Lets a job come up when each timer is due, as precisely as the queue can.
   * @throws QueueUnavailableError
   */
  async setTimers(timers: readonly NearTimer[]): Promise<void> {
    const now = new Date();
    for (const timer of timers) this.#waiting.push(timerJob(timer, now));
    await this.#addTogether();
  }

  /** Jobs by BullMQ's states. */
  async counts(): Promise<Record<string, number>> {
    return inTime(this.bullQueue.getJobCounts("waiting", "active", "delayed", "failed"));
  }

  async isReady(): Promise<boolean> {
    try {
      await this.counts();
      return true;
    } catch {
      // Whatever the reason, the answer to the question is no.
      return false;
    }
  }

  /** How many jobs wait to be taken; null while the queue does not answer. */
  async backlog(): Promise<number | null> {
    try {
      return (await this.counts())["waiting"] ?? 0;
    } catch {
      // Whatever the reason, nobody can tell.
      return null;
    }
  }

  /**
   * Whether the queue still knows what it was told. It does not when Redis was emptied or came up
   * without its data: then everything that is scheduled has to be handed over again.
   */
  async isIntact(): Promise<boolean> {
    return this.#epoch === null || inTime(this.#epoch.isMarked());
  }

  /** Whether somebody hands everything over anew just now. */
  async isBeingFilled(): Promise<boolean> {
    return this.#epoch !== null && inTime(this.#epoch.isBeingFilled());
  }

  /**
   * Begins to hand everything over anew. When that is finished, the queue is intact.
   * @returns null when somebody else is at it
   */
  async takeTurn(): Promise<Turn | null> {
    const turn = this.#epoch === null ? null : await inTime(this.#epoch.takeTurn());
    if (turn === null) return null;
    return {
      progress: turn.progress,
      keep: (progress) => inTime(turn.keep(progress)),
      finish: () => inTime(turn.finish()),
      giveUp: () => inTime(turn.giveUp()),
    };
  }

  /** Ends the connections; never hangs on a queue that does. */
  async close(): Promise<void> {
    this.#epoch?.close();
    try {
      await inTime(this.bullQueue.close());
    } catch {
      // Not waited for: on a Redis that went away it never ends. The process does.
      this.bullQueue.disconnect().catch(() => undefined);
    }
  }

  /** What comes while those go on whose commits have just answered goes in one pipeline: there are many. */
  #addTogether(): Promise<void> {
    this.#next ??= this.#addSoon();
    return this.#next;
  }

  async #addSoon(): Promise<void> {
    // They go on one after the other, and this after all of them.
    await Promise.resolve();
    const jobs = [...bundledJobs(this.#fresh), ...this.#waiting];
    this.#fresh = [];
    this.#waiting = [];
    this.#next = null;
    await this.#addAll(jobs);
  }

  /** One alone goes without a pipeline: to make one takes ioredis longer than to send a job. */
  async #add(jobs: BulkJob[]): Promise<void> {
    const [first] = jobs;
    if (jobs.length === 1 && first !== undefined) {
      await this.bullQueue.add(first.name, first.data, first.opts);
    } else {
      await this.bullQueue.addBulk(jobs);
    }
  }

  async #addAll(jobs: readonly BulkJob[]): Promise<void> {
    let next = 0;
    const work = async () => {
      while (next < jobs.length) {
        const piece = jobs.slice(next, next + PIPELINE);
        next += piece.length;
        await inTime(this.#add(piece));
      }
    };
    // Where one fails, the other one ends with its pipeline: neither is worth going on for.
    await Promise.all(Array.from({ length: PIPELINES }, work));
  }
}

function createBullQueue({ location, prefix }: QueueOptions): BullQueue {
  if (location.backend === "redis") {
    return new Queue(QUEUE_NAME, { connection: producerConnection(location.url), prefix });
  }
  const connection = postgresConnection(location.url, CONNECTIONS);
  // The two queues differ in the type of their backend alone, which is never touched here.
  return new Queue(QUEUE_NAME, { connection }, createLastingBackend) as unknown as BullQueue;
}

/** A queue that is down when it is made lets additions wait for ever, whatever its options. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), HANDOVER_TIMEOUT);
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    // The work may still fail after we have stopped waiting for it; nobody would listen then.
    work.catch(() => {});
    throw new QueueUnavailableError(error);
  } finally {
    clearTimeout(timer);
  }
}
