import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "../../support/api-client.ts";

/** Asked again, the same request may well be taken. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Milliseconds. */
const LONGEST_ANSWER = 30_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 3_000;

export interface Asked<Body> extends Answer<Body> {
  /** Whether a request before this one may have been taken although no answer came. */
  readonly again: boolean;
}

/** A client as it should be: asks again what was not answered, with pauses that grow. */
export class PatientClient {
  /** Requests that were sent once more. */
  retried = 0;
  /** Why they were, and how often: statuses, and what the network said. */
  readonly reasons: Record<string, number> = {};
  /** Answers that no client should ever get, in words. */
  readonly surprises: string[] = [];
  readonly #url: string;
  readonly #over: AbortSignal;

  /**
   * @param url with the path before all routes
   * @param over when it says so nobody asks any more
   */
  constructor(url: string, over: AbortSignal) {
    this.#url = url;
    this.#over = over;
  }

  /**
   * @param Body what the caller expects of this route
   * @throws the reason of the signal that it is over
   */
  async ask<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Asked<Body>> {
    let wait = FIRST_PAUSE;
    for (let again = false; ; again = true) {
      this.#over.throwIfAborted();
      const answer = await this.#once<Body>(method, path, body, headers);
      if (typeof answer !== "string" && !PASSING.has(answer.status)) {
        if (answer.status < 500) return { ...answer, again };
        this.surprises.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      this.#note(typeof answer === "string" ? answer : String(answer.status));
      // Not all at the same moment: between the half and the whole of the pause.
      await pause(wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_PAUSE);
    }
  }

  #note(reason: string): void {
    this.retried += 1;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }

  /** @returns why, when no whole answer came */
  async #once<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer<Body> | string> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LONGEST_ANSWER),
      });
      // What is read of it is checked where it is read.
      return { status: response.status, body: (await response.json()) as Body };
    } catch (error) {
      return whyNot(error);
    }
  }
}

/** `ECONNRESET`, `TimeoutError` and the like. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name;
}
