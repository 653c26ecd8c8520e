import { wait, within } from "@drover/platform";
import { HEAD_START, type Consumer, type ConsumerOptions, type JobVerdict } from "@drover/queue";
import type { Network, Site } from "../network.ts";
import type { SimulatedProcess } from "../process.ts";
import type { SimulatedQueue, TakenJob } from "./simulated-queue.ts";

/** Milliseconds between two looks for stalled jobs, and for what was not heard of. */
const LOOK_EVERY = 2_000;

/** Milliseconds between two renewals of a job's lock. */
const RENEW_EVERY = 2_500;

/** What a consumer lives from. */
export interface ConsumerGround {
  readonly process: SimulatedProcess;
  readonly network: Network;
  readonly queue: SimulatedQueue;
  readonly site: Site;
}

/** Takes jobs as `StepConsumer` does with BullMQ: some at once, each under a lock that it renews. */
export class SimulatedConsumer implements Consumer {
  readonly #ground: ConsumerGround;
  readonly #options: ConsumerOptions;
  #isOpen = true;
  #isPaused = false;
  #isClosed = false;
  #atWork = 0;
  #isTaking = false;
  #isCalled = false;
  #stopListening = () => {};
  #whenIdle: (() => void)[] = [];

  constructor(ground: ConsumerGround, options: ConsumerOptions) {
    this.#ground = ground;
    this.#options = options;
  }

  start(): void {
    const { process, queue } = this.#ground;
    this.#stopListening = queue.listen(() => process.enter(() => this.#takeMore()));
    this.#look();
  }

  /** A job that ends makes it look for more, as BullMQ does; that there is a place again does not. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    this.#stopListening();
  }

  async close(deadline: number): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    if (this.#atWork === 0) return;
    const idle = new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await within(this.#ground.process.ports.timers, deadline, idle);
  }

  #look(): void {
    if (this.#isClosed) return;
    const { process, queue } = this.#ground;
    if (!this.#isPaused) this.#takeMore();
    this.#call("look for stalled jobs", () => queue.takeBackStalled()).catch((error: unknown) =>
      this.#noteTrouble(error),
    );
    process.ports.timers.after(LOOK_EVERY, () => this.#look());
  }

  /** One call at a time; being called meanwhile makes it look once more. */
  #takeMore(): void {
    this.#isCalled = true;
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#takeAll()
      .catch((error: unknown) => this.#noteTrouble(error))
      .finally(() => {
        this.#isTaking = false;
      });
  }

  async #takeAll(): Promise<void> {
    while (this.#isCalled && !this.#isPaused && this.#atWork < this.#mostAtWork) {
      this.#isCalled = false;
      const { queue } = this.#ground;
      if (queue.backlog === 0) continue;
      const job = await this.#call("take", () => queue.take());
      if (job === null) continue;
      this.#isCalled = true;
      // What goes wrong with a job is the queue's matter alone.
      void this.#work(job);
    }
  }

  get #mostAtWork(): number {
    return this.#isOpen ? this.#options.concurrency : 1;
  }

  async #work(job: TakenJob): Promise<void> {
    this.#atWork += 1;
    const stopRenewing = this.#renewing(job);
    try {
      const verdict = await this.#verdictOn(job);
      await this.#report(job, verdict);
      if (verdict !== "done" && verdict.offerAgainIn === 0) {
        await wait(this.#ground.process.ports.timers, HEAD_START);
      }
    } catch (error) {
      this.#noteTrouble(error);
    } finally {
      stopRenewing();
      this.#atWork -= 1;
      if (this.#atWork === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
      if (!this.#isPaused) this.#takeMore();
    }
  }

  /** A fetch that was under way when the consumer paused may still bring a job: it goes back. */
  async #verdictOn(job: TakenJob): Promise<JobVerdict> {
    if (this.#isPaused) return { offerAgainIn: 0 };
    try {
      return await this.#options.handle(job.data, job.timesOffered);
    } catch (error) {
      // As BullMQ does with jobs of one attempt: it is gone.
      this.#noteTrouble(error);
      return "done";
    }
  }

  #report(job: TakenJob, verdict: JobVerdict): Promise<void> {
    const { queue } = this.#ground;
    if (verdict === "done") return this.#call("finish", () => queue.finish(job));
    return this.#call("delay", () => queue.delay(job, verdict.offerAgainIn, verdict.left));
  }

  #renewing(job: TakenJob): () => void {
    const { process, queue } = this.#ground;
    let isOver = false;
    const renew = () => {
      if (isOver) return;
      this.#call("renew", () => queue.renew(job)).catch((error: unknown) =>
        this.#noteTrouble(error),
      );
      cancel = process.ports.timers.after(RENEW_EVERY, renew);
    };
    let cancel = process.ports.timers.after(RENEW_EVERY, renew);
    return () => {
      isOver = true;
      cancel();
    };
  }

  #call<T>(name: string, carryOut: () => T): Promise<T> {
    const { network, process, site } = this.#ground;
    return network.call(process, site, { name, carryOut, matters: false });
  }

  #noteTrouble(error: unknown): void {
    this.#options.onError(error instanceof Error ? error : new Error(String(error)));
  }
}
