import type { ScheduledExecution } from "@drover/engine";
import type { BulkJob, StepJob } from "@drover/queue";
import type { Dice } from "../dice.ts";
import type { Tally } from "../tally.ts";
import type { Timeline } from "../timeline.ts";

/** How often the queue itself goes wrong with a job, each from 0 to 1. */
export interface JobFaults {
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

export const NO_JOB_FAULTS: JobFaults = { lost: 0, doubled: 0, reordered: 0 };

interface Job {
  readonly id: string;
  data: StepJob;
  timesOffered: number;
  state: "waiting" | "active" | "delayed";
  /** Who has taken it, as long as its lock lasts. */
  token: number;
  lockedUntil: number;
}

export interface TakenJob {
  readonly id: string;
  readonly data: StepJob;
  readonly timesOffered: number;
  readonly token: number;
}

/** Milliseconds after which a filler that says nothing more is followed by another: `TURN` of packages/queue. */
const TURN = 5_000;

/** Milliseconds that a taken job is nobody else's unless its lock is renewed: `RECOVERY` of packages/queue. */
const LOCK = 5_000;

/**
 * Jobs as BullMQ keeps them: known by their ids, taken under a lock, taken back when the lock runs
 * out. It may forget everything at any moment.
 */
export class SimulatedQueue {
  faults: JobFaults = NO_JOB_FAULTS;
  isAway = false;
  /** The key that says that everything was handed over to this queue. */
  isMarked = false;
  readonly #jobs = new Map<string, Job>();
  #waiting: string[] = [];
  /** Who hands everything over anew, and for how long unless it says more. */
  #filling: { readonly token: number; readonly until: number } | null = null;
  /** How far that has come. */
  #filled: string | null = null;
  #tokens = 0;
  readonly #listeners = new Set<() => void>();
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #tally: Tally;
  readonly #added: (execution: ScheduledExecution) => void;

  /** @param added told of each job of a step when it comes in */
  constructor(
    timeline: Timeline,
    dice: Dice,
    tally: Tally,
    added: (execution: ScheduledExecution) => void,
  ) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#tally = tally;
    this.#added = added;
  }

  get backlog(): number {
    return this.#waiting.length;
  }

  /** Calls a consumer whenever something waits. @returns stops that */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param jobs of these executions */
  addSteps(executions: readonly ScheduledExecution[], jobs: readonly BulkJob[]): void {
    for (const execution of executions) this.#added(execution);
    for (const { data, opts } of jobs) this.#add(opts.jobId ?? "", data, 0);
  }

  /** @param delay milliseconds */
  addTimer(data: Extract<StepJob, { kind: "timer" }>, delay: number): void {
    this.#add(`timer.${data.timerId}`, data, delay);
  }

  #add(id: string, data: StepJob, delay: number): void {
    if (this.#jobs.has(id)) return;
    if (this.#dice.chance(this.faults.lost)) {
      this.#tally.count("queue: job lost");
      return;
    }
    const job: Job = { id, data, timesOffered: 0, state: "delayed", token: 0, lockedUntil: 0 };
    this.#jobs.set(id, job);
    this.#offerIn(job, delay);
  }

  #offerIn(job: Job, delay: number): void {
    job.state = "delayed";
    const offer = () => {
      if (this.#jobs.get(job.id) !== job || job.state !== "delayed") return;
      job.state = "waiting";
      this.#waiting.push(job.id);
      this.#tellListeners();
    };
    if (delay <= 0) offer();
    else this.#timeline.after(delay, offer);
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) this.#timeline.after(0, listener);
  }

  /** A job for whoever asks, under a lock; null where none waits. */
  take(): TakenJob | null {
    const isReordered = this.#waiting.length > 1 && this.#dice.chance(this.faults.reordered);
    const place = isReordered ? this.#dice.whole(1, this.#waiting.length - 1) : 0;
    if (isReordered) this.#tally.count("queue: jobs reordered");
    const [id] = this.#waiting.splice(place, 1);
    const job = id === undefined ? undefined : this.#jobs.get(id);
    if (job === undefined) return null;
    this.#tokens += 1;
    job.state = "active";
    job.token = this.#tokens;
    job.lockedUntil = this.#timeline.now + LOCK;
    job.timesOffered += 1;
    const { data, timesOffered, token } = job;
    if (this.#dice.chance(this.faults.doubled)) {
      this.#tally.count("queue: job doubled");
      this.#offerIn(job, 0);
    }
    return { id: job.id, data, timesOffered, token };
  }

  /** A job is done with. Whose lock has run out has no say any more. */
  finish({ id, token }: TakenJob): void {
    if (this.#held(id, token) !== null) this.#jobs.delete(id);
  }

  /**
   * @param milliseconds at 0 the job comes before all others
   * @param left what is left of it; all of it unless given
   */
  delay({ id, token }: TakenJob, milliseconds: number, left?: StepJob): void {
    const job = this.#held(id, token);
    if (job === null) return;
    if (left !== undefined) job.data = left;
    if (milliseconds > 0) return this.#offerIn(job, milliseconds);
    job.state = "waiting";
    this.#waiting.unshift(job.id);
    this.#tellListeners();
  }

  renew({ id, token }: TakenJob): void {
    const job = this.#held(id, token);
    if (job !== null) job.lockedUntil = this.#timeline.now + LOCK;
  }

  /** Jobs whose lock has run out are offered again. */
  takeBackStalled(): void {
    for (const job of this.#jobs.values()) {
      if (job.state !== "active" || job.lockedUntil > this.#timeline.now) continue;
      this.#tally.count("queue: stalled job offered again");
      this.#offerIn(job, 0);
    }
  }

  /** @returns null when somebody else hands everything over already */
  takeTurn(): { readonly token: number; readonly progress: string | null } | null {
    if (this.isBeingFilled) return null;
    this.#tokens += 1;
    this.#filling = { token: this.#tokens, until: this.#timeline.now + TURN };
    return { token: this.#tokens, progress: this.#filled };
  }

  get isBeingFilled(): boolean {
    return this.#filling !== null && this.#filling.until > this.#timeline.now;
  }

  keepTurn(token: number, progress: string): boolean {
    if (!this.#hasTurn(token)) return false;
    this.#filling = { token, until: this.#timeline.now + TURN };
    this.#filled = progress;
    return true;
  }

  finishTurn(token: number): boolean {
    if (!this.#hasTurn(token)) return false;
    this.isMarked = true;
    this.#filling = null;
    this.#filled = null;
    return true;
  }

  giveUpTurn(token: number): void {
    if (this.#hasTurn(token)) this.#filling = null;
  }

  #hasTurn(token: number): boolean {
    return this.#filling?.token === token && this.#filling.until > this.#timeline.now;
  }

  /** FLUSHALL, or a restart without its data. */
  empty(): void {
    this.#jobs.clear();
    this.#waiting = [];
    this.isMarked = false;
    this.#filling = null;
    this.#filled = null;
  }

  #held(id: string, token: number): Job | null {
    const job = this.#jobs.get(id);
    return job?.state === "active" && job.token === token ? job : null;
  }
}
