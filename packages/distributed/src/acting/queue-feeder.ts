import type { Command, ScheduledExecution } from "@drover/engine";
import type { Log } from "../log.ts";

/** The part of a queue that takes work. It may fail, and must not hang. */
export interface WorkTaker {
  enqueue(executions: readonly ScheduledExecution[]): Promise<void>;
}

/** Executions of one call to the queue. */
const MOST_AT_ONCE = 1_000;

/** Executions that may wait for the queue; more than that are left to the sweeper. */
const MOST_WAITING = 20_000;

/**
 * Tells the queue what has been committed, behind the back of the request that did it: nobody
 * waits for Redis. What gets lost here is found in Postgres by the workers' sweepers.
 *
 * One call is under way at a time; what comes meanwhile goes into the next one, together. When a call
 * fails, what has come meanwhile is let go with it: so a queue that hangs holds up nobody's end.
 */
export class QueueFeeder {
  readonly #queue: WorkTaker;
  readonly #log: Log;
  #waiting: ScheduledExecution[] = [];
  #feeding: Promise<void> | null = null;
  #failing = false;

  constructor(queue: WorkTaker, log: Log) {
    this.#queue = queue;
    this.#log = log;
  }

  /**
   * Takes the commands that came of a commit. Only `enqueue` is for the queue: workers find
   * out by themselves which timers are due and what is to be aborted.
   */
  give(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type !== "enqueue" || this.#waiting.length >= MOST_WAITING) continue;
      this.#waiting.push(command);
    }
    this.#feeding ??= this.#feed();
  }

  /** Resolves when nothing is left to tell. */
  async idle(): Promise<void> {
    while (this.#feeding !== null) await this.#feeding;
  }

  async #feed(): Promise<void> {
    // Those whose commit has just answered go on one after the other, and what they give goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const next = this.#waiting.splice(0, MOST_AT_ONCE);
      await this.#tell(next);
    }
    this.#feeding = null;
  }

  async #tell(executions: readonly ScheduledExecution[]): Promise<void> {
    try {
      await this.#queue.enqueue(executions);
      if (this.#failing) this.#log.info("the queue answers again");
      this.#failing = false;
    } catch (error) {
      // Once, not for every request while Redis is away.
      if (!this.#failing) {
        this.#log.warn({ err: error }, "the queue does not answer; workers will find the work");
      }
      this.#failing = true;
      // It would wait for the same thing, a thousand at a time; the sweeper has all of it.
      this.#waiting = [];
    }
  }
}
