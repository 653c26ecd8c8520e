import type { ClaimedStep } from "@drover/engine";
import { within, type ProcessPorts } from "@drover/platform";
import type { Sql } from "postgres";
import type { Database } from "../client.ts";
import { readStartMessage } from "./statements/start-message.ts";
import { listen, offer, say, withdrawOffer, type Offerer } from "./statements/start-offers.ts";

/** Milliseconds in which a worker hears what it says to itself, or else is taken to hear nothing. */
const HEARING = 1_000;

/** Milliseconds until it is tried again. */
const DEAF_FOR = 60_000;

/** What a worker says to itself; no message of a start is empty. */
const HELLO = "";

export interface StartOffersOptions extends Offerer, Pick<ProcessPorts, "monotonic" | "timers"> {
  /** Gets what the offers lead to: steps that are the worker's own already. */
  readonly take: (step: ClaimedStep) => void;
  /** Told of a message that nobody understands. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Offers of a worker to take the first step of the next instance that is started by itself. Such a start then
 * writes the step as claimed by the worker, and Postgres tells it with the commit.
 *
 * Invariants:
 * 1. Nobody offers who could not be told: the session that offers is the one that listens, and has been heard
 *    through. Behind a pooler that hands sessions around it is not; then all first steps come over the queue.
 * 2. An offer ends with its session, is taken once, and holds for three seconds: it has to be repeated.
 * 3. What was taken may never be told. It is then the worker's by name alone, and its heartbeat gives it up.
 */
export class StartOffers {
  readonly #options: StartOffersOptions;
  readonly #session: Sql;
  readonly #others: Sql;
  #hears = false;
  #deafUntil = Number.NEGATIVE_INFINITY;
  #greeted: () => void = () => {};

  constructor(
    database: Pick<Database, "openListener" | "maintenance">,
    options: StartOffersOptions,
  ) {
    this.#options = options;
    this.#session = database.openListener((message) => this.#hear(message));
    this.#others = database.maintenance;
  }

  /**
   * Makes an offer, or repeats it. Not to be called again before it is done.
   * @returns false where nobody could be told what comes of it, so that none was made
   */
  async make(): Promise<boolean> {
    if (this.#hears && (await offer(this.#session, this.#options))) return true;
    this.#hears = false;
    const { monotonic } = this.#options;
    if (monotonic() < this.#deafUntil) return false;
    this.#hears = await this.#beginToHear();
    if (!this.#hears) this.#deafUntil = monotonic() + DEAF_FOR;
    return this.#hears && offer(this.#session, this.#options);
  }

  /** Takes the offer back; what was taken before may still be told. */
  async withdraw(): Promise<void> {
    if (this.#hears) await withdrawOffer(this.#session, this.#options.workerId);
  }

  async close(): Promise<void> {
    await this.#session.end({ timeout: 5 });
  }

  async #beginToHear(): Promise<boolean> {
    const { workerId, timers } = this.#options;
    if (!(await listen(this.#session, workerId))) return false;
    const heard = new Promise<void>((resolve) => {
      this.#greeted = resolve;
    });
    // Over another connection: a pooler would hand this one's own words back to it.
    await say(this.#others, workerId, HELLO);
    return within(timers, HEARING, heard);
  }

  #hear(message: string): void {
    if (message === HELLO) {
      this.#greeted();
      return;
    }
    try {
      this.#options.take(readStartMessage(message));
    } catch (error) {
      this.#options.onTrouble(error);
    }
  }
}
