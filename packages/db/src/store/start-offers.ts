import type { ClaimedStep } from "@drover/engine";
import { within, type ProcessPorts } from "@drover/platform";
import type { Sql } from "postgres";
import type { Database } from "../client.ts";
import { readStartMessage } from "./statements/start-message.ts";
import {
  leaveSeat,
  listen,
  offer,
  say,
  takeSeat,
  withdrawOffer,
  type Offerer,
} from "./statements/start-offers.ts";

/** Milliseconds in which a worker hears what it says to itself, or else is taken to hear nothing. */
const HEARING = 5_000;

/** Milliseconds until one that can offer nothing tries again. */
const PAUSE = 30_000;

/** What a worker says to itself; no message of a start is empty. */
const HELLO = "";

export interface StartOffersOptions extends Offerer, Pick<ProcessPorts, "monotonic" | "timers"> {
  /** Gets what the offers lead to: steps that are the worker's own already. */
  readonly take: (step: ClaimedStep) => void;
  /** Told of a message that nobody understands. */
  readonly onTrouble: (error: unknown) => void;
}

/** What became of an offer: it stands; others make enough of them; or the worker could not be told what comes of it. */
type Offered = "made" | "enough" | "unheard";

/**
 * Offers of a worker to take the first step of the next instance that is started by itself. Such a start then
 * writes the step as claimed by the worker, and Postgres tells it with the commit.
 *
 * Invariants:
 * 1. Nobody offers who could not be told: the session that offers is the one that listens, and has been heard
 *    through. Behind a pooler that hands sessions around it is not; then all first steps come over the queue.
 * 2. An offer ends with its session, is taken once, and holds for three seconds: it has to be repeated.
 *    Who offers has a seat, of which there are few, and has it for as long as the session lives.
 * 3. What was taken may never be told. It is then the worker's by name alone, and its heartbeat gives it up.
 */
export class StartOffers {
  readonly #options: StartOffersOptions;
  readonly #session: Sql;
  readonly #others: Sql;
  /** The seat from which it offers; null while it has none. */
  #seat: number | null = null;
  #waits: { readonly until: number; readonly because: Offered } | null = null;
  #greeted: () => void = () => {};

  constructor(
    database: Pick<Database, "openListener" | "maintenance">,
    options: StartOffersOptions,
  ) {
    this.#options = options;
    this.#session = database.openListener((message) => this.#hear(message));
    this.#others = database.maintenance;
  }

  /** Makes an offer or repeats it; it holds for a few seconds. Not to be called again before it is done. */
  async make(): Promise<Offered> {
    const { monotonic } = this.#options;
    if (this.#seat !== null && (await offer(this.#session, this.#seat, this.#options))) {
      return "made";
    }
    this.#seat = null;
    if (this.#waits !== null && monotonic() < this.#waits.until) return this.#waits.because;
    const seat = await this.#sitDown();
    if (typeof seat === "string") {
      this.#waits = { until: monotonic() + PAUSE, because: seat };
      return seat;
    }
    this.#seat = seat;
    return (await offer(this.#session, seat, this.#options)) ? "made" : "unheard";
  }

  /** Takes the offer back; what was taken before may still be told. */
  async withdraw(): Promise<void> {
    if (this.#seat === null) return;
    await withdrawOffer(this.#session, this.#seat, this.#options.workerId);
  }

  async close(): Promise<void> {
    await this.#session.end({ timeout: 5 });
  }

  /** Takes a seat and begins to listen. */
  async #sitDown(): Promise<number | Exclude<Offered, "made">> {
    const { workerId, timers } = this.#options;
    const seat = await takeSeat(this.#session);
    if (seat === null) return "enough";
    await listen(this.#session, workerId);
    const heard = new Promise<void>((resolve) => {
      this.#greeted = resolve;
    });
    // Over another connection: a pooler would hand this one's own words back to it.
    await say(this.#others, workerId, HELLO);
    if (await within(timers, HEARING, heard)) return seat;
    await leaveSeat(this.#session, seat);
    return "unheard";
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
