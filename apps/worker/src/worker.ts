import {
  asId,
  type EventBus,
  type LifecycleHandlers,
  type NewId,
  type PayloadLimits,
  type ScheduledExecution,
  type WorkerId,
  type WorkflowStore,
} from "@drover/engine";
import { newId as uuid, type StartOffersOptions, type UnattendedDefinition } from "@drover/db";
import { FormValidator, inputCheck } from "@drover/forms";
import { processPorts, within, type ProcessPorts } from "@drover/platform";
import type { Consumer, ConsumerOptions } from "@drover/queue";
import type { Logger } from "pino";
import type { WorkQueue } from "./commands.ts";
import type { KnownDefinitions } from "./known-definitions.ts";
import { handOverAgainDuty } from "./maintenance/hand-over-again.ts";
import { BEATS, heartbeatDuty } from "./maintenance/heartbeat.ts";
import { doOnce, keepDoing } from "./maintenance/loop.ts";
import { Pulse } from "./maintenance/pulse.ts";
import { renewOfferDuty } from "./maintenance/renew-offer.ts";
import { recoverLostDuty } from "./maintenance/recover-lost.ts";
import { reportUnattendedDuty } from "./maintenance/report-unattended.ts";
import { retentionDuty, type Retention } from "./maintenance/retention.ts";
import { refillQueueDuty } from "./maintenance/refill-queue.ts";
import { deliverMessagesDuty } from "./maintenance/deliver-messages.ts";
import { fireTimersDuty, nearTimersDuty, passDeadlinesDuty } from "./maintenance/timers.ts";
import { lifecycleBus } from "./lifecycle-bus.ts";
import { KnownBacklog } from "./known-backlog.ts";
import { LifecycleTeller } from "./lifecycle-teller.ts";
import { HeldTimers } from "./held-timers.ts";
import { OwnWork } from "./own-work.ts";
import { Places } from "./places.ts";
import { processJob } from "./process-job.ts";
import { carryOnFrom, processStep, type StepServices } from "./process-step.ts";
import { StandingOffer, type StartOffers } from "./standing-offer.ts";
import { SlowSteps } from "./slow-steps.ts";
import { fireTimer } from "./process-timer.ts";
import { RunningSteps } from "./running-steps.ts";
import { takeTimer } from "./take-timer.ts";

export interface WorkerOptions {
  readonly store: WorkflowStore;
  readonly queue: WorkQueue;
  /** Makes what takes jobs from the queue. */
  readonly openConsumer: (options: ConsumerOptions) => Consumer;
  /** Makes what offers to take first steps; all of them come over the queue unless given. */
  readonly openOffers?: (options: OffersOptions) => StartOffers;
  readonly definitions: KnownDefinitions;
  readonly concurrency: number;
  /** Milliseconds of silence after which a worker counts as dead. */
  readonly lostAfter: number;
  /** How often a step's worker may be lost before the step fails; endless unless given. */
  readonly maxLostAttempts?: number;
  /** How large results and contexts may be; the engine's defaults unless given. */
  readonly limits?: PayloadLimits;
  readonly logger: Logger;
  /** Finds work that no live worker has the code for, to be told of in the log; not looked for unless given. */
  readonly findUnattended?: () => Promise<readonly UnattendedDefinition[]>;
  /** Which instances are deleted once they are over; none unless given. */
  readonly retention?: Retention;
  /** Who is told what becomes of workflows; nobody unless given. */
  readonly lifecycle?: readonly LifecycleHandlers[];
  /** What the worker knows of time and chance; the machine's own unless given. */
  readonly ports?: ProcessPorts;
  /** Makes ids; UUIDv7 unless given. */
  readonly newId?: NewId;
}

/** What who makes a worker's offers is told of it. */
export type OffersOptions = Pick<StartOffersOptions, "workerId" | "definitionIds" | "take">;

/**
 * Jobs that are taken at once. A job is over as soon as its steps are claimed; what runs is bounded by places.
 */
const JOBS_AT_ONCE = 16;

/** Milliseconds that aborted code gets to stop by itself. */
const ABORT_GRACE = 500;

/** Milliseconds between two warnings about the queue. */
const TROUBLE_PAUSE = 60_000;

/** Milliseconds for the queue's connections to close. */
const CLOSE_GRACE = 2_000;

/** One worker process: takes jobs, runs steps and looks after what others have left. */
export class StepWorker {
  readonly id: WorkerId;
  readonly #options: WorkerOptions;
  readonly #services: StepServices;
  readonly #consumer: Consumer;
  readonly #running = new RunningSteps((isIdle) => this.#offer.setIdle(isIdle));
  readonly #heldTimers: HeldTimers;
  readonly #ownWork: OwnWork;
  readonly #offer: StandingOffer;
  readonly #bus: EventBus;
  readonly #duties = new AbortController();
  #dutiesDone: Promise<unknown> = Promise.resolve();
  #beat: () => Promise<void> = async () => {};
  #draining = false;
  #troubleNoted = Number.NEGATIVE_INFINITY;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { store, queue, definitions, logger, lifecycle = [] } = options;
    const { ports = processPorts, newId = uuid } = options;
    this.id = asId<WorkerId>(newId());
    this.#bus = lifecycleBus(lifecycle, logger);
    const places = new Places(options.concurrency, ports.timers, (isAnyFree) =>
      this.#consumer.setOpen(isAnyFree),
    );
    this.#heldTimers = this.#holdTimers(ports);
    this.#ownWork = new OwnWork({
      places,
      soon: ports.soon,
      isDraining: () => this.#draining,
      carryOn: (step) => this.#carryOnOwn(step),
      handOver: (steps) => this.#orLeft(() => queue.enqueue(steps), undefined),
    });
    this.#offer = new StandingOffer({
      open: (take) =>
        options.openOffers?.({ workerId: this.id, definitionIds: definitions.ids, take }) ?? null,
      places,
      running: this.#running,
      timers: ports.timers,
      isDraining: () => this.#draining,
      carryOn: (step) => this.#orLeft(() => carryOnFrom(this.#services, step), undefined),
      logger,
    });
    this.#services = {
      heldTimers: this.#heldTimers,
      ownWork: this.#ownWork,
      slowSteps: new SlowSteps(ports.monotonic),
      places,
      backlog: new KnownBacklog({ queue, monotonic: ports.monotonic }),
      workerId: this.id,
      store,
      queue,
      definitions,
      logger,
      running: this.#running,
      lifecycle: new LifecycleTeller(this.#bus, definitions, ports.now),
      checkInput: inputCheck(new FormValidator()),
      ports,
      newId,
      isDraining: () => this.#draining,
      ...(options.maxLostAttempts === undefined
        ? {}
        : { maxLostAttempts: options.maxLostAttempts }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    };
    this.#consumer = options.openConsumer({
      concurrency: Math.min(options.concurrency, JOBS_AT_ONCE),
      handle: (job, timesOffered) => processJob(this.#services, job, timesOffered),
      onError: (error) => this.#noteTrouble(error),
    });
  }

  /** Starts the duties; the first heartbeat is out before any step can be claimed. */
  async start(): Promise<void> {
    const { concurrency, lostAfter, logger, findUnattended, retention } = this.#options;
    const { timers } = this.#services.ports;
    // A beat less than what counts as silence: who beats no slower than that has seen an outage end
    // before anybody else was silent for too long. A shorter gap would be a busy machine's, on which
    // nobody could judge any more.
    const pulse = new Pulse(lostAfter * (1 - 1 / BEATS));
    const heartbeat = heartbeatDuty(this.#services, concurrency, lostAfter, pulse);
    this.#beat = heartbeat.run;
    // A connection that breaks at just this moment is no reason to end.
    await doOnce(heartbeat, this.#duties.signal, { logger, timers });
    if (this.#draining) return;
    const duties = [
      heartbeat,
      recoverLostDuty(this.#services, lostAfter, pulse),
      refillQueueDuty(this.#services),
      handOverAgainDuty(this.#services),
      fireTimersDuty(this.#services),
      passDeadlinesDuty(this.#services),
      deliverMessagesDuty(this.#services),
      nearTimersDuty(this.#services),
      renewOfferDuty(this.#offer),
      ...(findUnattended === undefined
        ? []
        : [reportUnattendedDuty(findUnattended, this.#services)]),
      ...(retention === undefined ? [] : [retentionDuty(retention, this.#services)]),
    ];
    this.#dutiesDone = Promise.all(
      duties.map((duty) => keepDoing(duty, this.#duties.signal, { logger, timers })),
    );
    this.#consumer.start();
  }

  /**
   * Stops in order: takes nothing new, lets running steps end, then tells them to stop and hands
   * back what is left.
   * @param patience milliseconds that running steps get
   */
  async drain(patience: number): Promise<void> {
    const { store } = this.#options;
    const { timers } = this.#services.ports;
    this.#draining = true;
    this.#heldTimers.letGo();
    const keptIsGone = this.#ownWork.letGo();
    const offerIsGone = this.#offer.letGo();
    await this.#consumer.pause();
    if (!(await within(timers, patience, this.#running.idle()))) {
      for (const step of this.#running.steps) this.#running.abort(step, "the worker has to go");
      await within(timers, ABORT_GRACE, this.#running.idle());
    }
    await within(timers, ABORT_GRACE, Promise.all([keptIsGone, offerIsGone]));
    this.#duties.abort();
    await within(timers, ABORT_GRACE, this.#dutiesDone);
    // What code said when it was told to stop is for the next try.
    await this.#beat().catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, "the last heartbeat was not written");
    });
    await this.#giveBack();
    await within(timers, ABORT_GRACE, this.#bus.idle());
    await store.removeWorker(this.id);
    await Promise.all([this.#offer.close(), this.#consumer.close(CLOSE_GRACE)]);
  }

  #holdTimers(ports: ProcessPorts): HeldTimers {
    const { store } = this.#options;
    return new HeldTimers({
      ...ports,
      find: (timerId) => this.#orLeft(() => store.findTimer(timerId), null),
      take: (timer, step, dueAt) =>
        this.#orLeft(() => takeTimer(this.#services, timer, step, dueAt), false),
      fire: (timer, state) =>
        this.#orLeft(() => fireTimer(this.#services, timer, state), undefined),
    });
  }

  /** As its job in the queue would be worked on, on a place that it has already. */
  async #carryOnOwn(step: ScheduledExecution): Promise<boolean> {
    return this.#orLeft(async () => (await processStep(this.#services, step)) === "done", false);
  }

  /** What goes wrong with work that the worker does ahead of the queue is found by others. */
  async #orLeft<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#options.logger.warn({ err: error }, "work that was kept is left to others");
      return otherwise;
    }
  }

  /** Whatever still runs under this worker's name goes to others. */
  async #giveBack(): Promise<void> {
    const { store, queue, logger } = this.#options;
    const left = await store.releaseExecutions(this.id, [], 0);
    if (left.length === 0) return;
    logger.warn({ steps: left.length }, "gave up steps that did not end in time");
    await queue.enqueueAgain(left).catch((error: unknown) => {
      logger.warn({ err: error }, "the queue did not take the steps; others find them in Postgres");
    });
  }

  /** A queue that is away says so every second; once a minute is enough. */
  #noteTrouble(error: Error): void {
    const now = this.#services.ports.monotonic();
    const level = now - this.#troubleNoted < TROUBLE_PAUSE ? "debug" : "warn";
    this.#options.logger[level]({ err: error }, "trouble with the queue");
    if (level === "warn") this.#troubleNoted = now;
  }
}
