import { setTimeout as pause } from "node:timers/promises";
import type { DroverClient, StartOrder } from "../http/drover-client.ts";
import { instance } from "../http/shapes.ts";
import type { ClockOffset } from "../measure/clock-offset.ts";
import type { Ledger } from "./ledger.ts";
import { toldOutcome } from "./told-outcome.ts";

/** Milliseconds: timers are no more precise than this, and everything due is sent at once. */
const SHORTEST_PAUSE = 1;
/** Milliseconds after which the end of the load is looked for at the latest. */
const LONGEST_PAUSE = 1_000;

export interface Sending {
  readonly client: DroverClient;
  readonly order: StartOrder;
  /** Milliseconds since the start, ascending. */
  readonly arrivals: readonly number[];
  /** The start: a value of `performance.now()`. */
  readonly begin: number;
  readonly ledger: Ledger;
  readonly clock: ClockOffset;
  readonly stop: AbortSignal;
}

/**
 * Sends each start when it is due, however many answers are still to come.
 * @returns once every request has ended; after `stop` nothing more is sent
 */
export async function sendAll(sending: Sending): Promise<void> {
  const { arrivals, begin, stop } = sending;
  const underWay = new Set<Promise<void>>();
  for (let next = 0; next < arrivals.length && !stop.aborted;) {
    const now = performance.now() - begin;
    for (let intended = arrivals[next]; intended !== undefined && intended <= now;) {
      const request = sendOne(sending, intended).finally(() => underWay.delete(request));
      underWay.add(request);
      next += 1;
      intended = arrivals[next];
    }
    const due = arrivals[next];
    if (due !== undefined) await pauseUntil(due - (performance.now() - begin), stop);
  }
  await Promise.all(underWay);
}

async function sendOne(sending: Sending, intended: number): Promise<void> {
  const { client, order, begin, ledger, clock } = sending;
  const sentAt = Date.now();
  const sent = performance.now() - begin;
  const outcome = await client.start(order);
  const answered = performance.now() - begin;
  const started =
    outcome.kind === "answer" && outcome.status === 201
      ? instance.safeParse(outcome.body).data
      : undefined;
  ledger.sent.push({ intended, sent, answered, id: started?.id ?? null });
  if (started === undefined) {
    const { kind, example } = toldOutcome(outcome);
    ledger.error("start", kind, example);
  } else {
    clock.heard(started.started_at, sentAt, sentAt + (answered - sent));
  }
}

async function pauseUntil(milliseconds: number, stop: AbortSignal): Promise<void> {
  const length = Math.min(Math.max(milliseconds, SHORTEST_PAUSE), LONGEST_PAUSE);
  await pause(length, undefined, { signal: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}
