import { bringUp, type Programs } from "./bring-up.ts";
import type { Print } from "../project.ts";
import { readStartSettings } from "./settings.ts";
import { reasonOf, StartError } from "../start-error.ts";
import { StopOrder } from "../processes/stop-order.ts";
import { whatToTry } from "./what-to-try.ts";

/** One Ctrl-C can arrive several times: from the terminal and from each parent that passes it on. */
const sameKeypressMs = 500;

/**
 * `npm start`: brings everything up, waits for Ctrl-C (or SIGTERM, or the end of the parent), and stops everything in
 * order. A second Ctrl-C stops at once.
 *
 * @returns the exit code: 0 after being asked to stop, 1 when something is wrong and was said in one line.
 */
export async function runStart(programs: Programs): Promise<number> {
  const stopOrder = new StopOrder();
  const { cancelled, stopNow } = listenForStop();
  const inOrder = async () => {
    const wrong = await runUntilStopped(programs, stopOrder, cancelled);
    await stopOrder.stopAll(print);
    // The last line, where a person looks.
    if (wrong !== undefined) process.stderr.write(`${wrong}\n`);
    return wrong === undefined ? 0 : 1;
  };
  const atOnce = async () => {
    await aborted(stopNow);
    await stopOrder.killAll(print);
    return 130;
  };
  const killed = atOnce();
  const code = await Promise.race([inOrder(), killed]);
  // Killing what is being stopped ends that wait too, and nobody knows which is seen first.
  return stopNow.aborted ? killed : code;
}

/** @returns what went wrong, in a line; undefined when it was asked to stop */
async function runUntilStopped(
  programs: Programs,
  stopOrder: StopOrder,
  cancelled: AbortSignal,
): Promise<string | undefined> {
  try {
    const settings = readStartSettings(process.env);
    const { url, apiEnded } = await bringUp(settings, { programs, print, stopOrder, cancelled });
    print(`ready ${url}`);
    for (const line of whatToTry(url, settings.API_PREFIX)) print(line);
    const ended = await Promise.race([apiEnded, aborted(cancelled)]);
    return ended?.message;
  } catch (error) {
    // Whatever breaks while we are being stopped breaks because of it.
    return cancelled.aborted ? undefined : describe(error);
  }
}

/** Errors that we foresaw say what to do; for others the place they come from is worth a look. */
function describe(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const wantsStack = ["trace", "debug"].includes(process.env["LOG_LEVEL"] ?? "");
  if (wantsStack && error instanceof Error && error.stack !== undefined) return error.stack;
  return `Unexpected error: ${reasonOf(error)} (LOG_LEVEL=debug shows where)`;
}

/** The first Ctrl-C cancels, one that follows later wants everything to stop now. */
function listenForStop(): { readonly cancelled: AbortSignal; readonly stopNow: AbortSignal } {
  const first = new AbortController();
  const second = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (first.signal.aborted) {
      if (performance.now() - firstAt > sameKeypressMs) second.abort();
      return;
    }
    firstAt = performance.now();
    first.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  // Whoever read what we print is gone, as in `npm start | head`: nobody looks at what runs here any more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => first.abort());
  if (process.channel !== undefined) {
    process.channel.unref();
    process.once("disconnect", () => first.abort());
  }
  return { cancelled: first.signal, stopNow: second.signal };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

const print: Print = (line) => {
  process.stdout.write(`${line}\n`);
};
