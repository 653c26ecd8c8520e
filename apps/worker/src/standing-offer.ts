import type { StartOffers as OffersInPostgres } from "@drover/db";
import type { ClaimedStep } from "@drover/engine";
import type { ProcessPorts } from "@drover/platform";
import type { Logger } from "pino";
import type { Places } from "./places.ts";
import type { RunningSteps } from "./running-steps.ts";

/** How a worker offers to take the first step of the next instance that is started by itself. */
export type StartOffers = Pick<OffersInPostgres, "make" | "withdraw" | "close">;

/** Milliseconds without anything in hand before a worker offers: between two steps of a busy one it would be in vain. */
const IDLE_FOR = 2;

/**
 * Milliseconds that a step which came of an offer waits for a place. Less than after which the heartbeat gives up
 * what is not in the worker's hands.
 */
const PATIENCE = 4_000;

interface Ground extends Pick<ProcessPorts, "timers"> {
  /** Makes what offers; null where all first steps come over the queue. */
  readonly open: (take: (step: ClaimedStep) => void) => StartOffers | null;
  readonly places: Places;
  readonly running: RunningSteps;
  readonly isDraining: () => boolean;
  /** Carries a branch on from a step that is the worker's; never rejects. */
  readonly carryOn: (step: ClaimedStep) => Promise<void>;
  readonly logger: Logger;
}

/**
 * The offer that stands while a worker has nothing in hand: who starts an instance then gives it the first step
 * with the commit that writes it, without a job and without a claim.
 *
 * Invariants:
 * 1. Nothing is offered while anything is in hand. What begins takes the offer back; in between one step may
 *    still come, and takes a place like any other.
 * 2. What came and was not begun is the worker's by name alone: its heartbeat gives it up, or its end does.
 * 3. Offers are made and withdrawn one after the other.
 */
export class StandingOffer {
  readonly #ground: Ground;
  readonly #offers: StartOffers | null;
  #isIdle = true;
  /** Whether an offer may stand that is to be taken back. */
  #isOut = false;
  #isBeingMade = false;
  #isHeard = true;
  #cancelWait: () => void = () => {};
  #done: Promise<unknown> = Promise.resolve();

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#offers = ground.open((step) => this.#take(step));
  }

  /** Told when the worker gets something in hand, and when it has nothing any more. */
  setIdle(isIdle: boolean): void {
    if (this.#offers === null) return;
    this.#isIdle = isIdle;
    this.#cancelWait();
    if (!isIdle) this.#takeBack();
    else {
      const soon = () => void this.renew().catch((error: unknown) => this.#noteTrouble(error));
      this.#cancelWait = this.#ground.timers.after(IDLE_FOR, soon);
    }
  }

  /** Makes an offer or repeats it, where the worker has nothing in hand. */
  async renew(): Promise<void> {
    const offers = this.#offers;
    if (offers === null) return;
    await this.#inTurn(async () => {
      if (!this.#isIdle || this.#ground.isDraining()) return;
      this.#isOut = true;
      this.#isBeingMade = true;
      const offered = await offers.make().finally(() => {
        this.#isBeingMade = false;
      });
      if (offered !== "made") this.#isOut = false;
      this.#tell(offered !== "unheard");
    });
  }

  /** Offers no more. Resolves once nothing more can come of what was offered. */
  async letGo(): Promise<void> {
    this.#cancelWait();
    this.#takeBack();
    await this.#done;
  }

  async close(): Promise<void> {
    await this.#offers?.close();
  }

  /** A step that has come of an offer. */
  #take(step: ClaimedStep): void {
    const { running, isDraining } = this.#ground;
    // The one that it came of is over; one that is being made now may stand all the same.
    this.#isOut = this.#isBeingMade;
    if (isDraining() || running.isReserved) return;
    const leave = running.enter();
    void this.#begin(step).finally(leave);
  }

  async #begin(step: ClaimedStep): Promise<void> {
    const { places, carryOn, logger } = this.#ground;
    const work = async () => {
      await carryOn(step);
      return true;
    };
    if ((await places.use("queue", PATIENCE, work)) !== null) return;
    logger.warn({ executionId: step.executionId }, "there was no place for a step; others get it");
  }

  #takeBack(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    const withdrawn = this.#inTurn(async () => this.#offers?.withdraw());
    withdrawn.catch((error: unknown) => this.#noteTrouble(error));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#done.then(work);
    this.#done = done.catch(() => {});
    return done;
  }

  #tell(isHeard: boolean): void {
    if (isHeard === this.#isHeard) return;
    this.#isHeard = isHeard;
    this.#ground.logger.info(
      isHeard
        ? "what Postgres notifies of arrives here again"
        : "what Postgres notifies of does not arrive here: all first steps come over the queue",
    );
  }

  /** It will not hold for long, and the next one that is due tells of the trouble. */
  #noteTrouble(error: unknown): void {
    this.#ground.logger.debug({ err: error }, "an offer was not made or withdrawn");
  }
}
