import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Entry } from "./journal.ts";

/** An entry of a step, as it is sent to a recorder: another system that hears what steps do. */
export interface Effect extends Entry {
  /** Which try of the step's code this is; a try that was cut short is repeated under its number. */
  readonly tryNumber: number;
  /** The same when one sending is repeated because no answer came. */
  readonly sending: string;
}

/** Milliseconds. */
const LONGEST_ANSWER = 5_000;
const BETWEEN_SENDINGS = 50;

/**
 * The steps' side: tells the recorder, however often it has to be told.
 * @param url where it listens, `http://127.0.0.1:4000`
 * @returns whether the effect counted; false where one with the same key and event was there before
 */
export async function sendEffect(url: string, effect: Omit<Effect, "sending">): Promise<boolean> {
  const body = JSON.stringify({ ...effect, sending: randomUUID() });
  for (;;) {
    try {
      const signal = AbortSignal.timeout(LONGEST_ANSWER);
      const response = await fetch(url, { method: "POST", body, signal });
      return (await response.text()) === "applied";
    } catch {
      // The recorder is never away for good; whoever asks again is known by the sending.
      await pause(BETWEEN_SENDINGS);
    }
  }
}
