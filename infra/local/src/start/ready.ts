import { setTimeout as delay } from "node:timers/promises";
import { reasonOf, StartError } from "../start-error.ts";

export interface ReadyOptions {
  readonly withinMs: number;
  readonly cancelled: AbortSignal;
}

/** The address to reach a server that listens on `host`: one that listens everywhere is reached on this machine. */
export function baseUrl(host: string, port: number): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

/**
 * Waits until the API says that it is ready to work.
 *
 * @throws StartError `not_ready` with its last answer; an AbortError when cancelled.
 */
export async function untilReady(base: string, options: ReadyOptions): Promise<void> {
  const deadline = Date.now() + options.withinMs;
  let answer = "none";
  while (Date.now() < deadline) {
    options.cancelled.throwIfAborted();
    try {
      const response = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(5000) });
      const text = await response.text();
      if (response.status === 200) return;
      answer = `${response.status} ${text}`;
    } catch (error) {
      answer = reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
    }
    await delay(100, undefined, { signal: options.cancelled });
  }
  throw new StartError(
    "not_ready",
    `The API was not ready within ${options.withinMs / 1000} s; its last answer: ${answer}`,
  );
}
