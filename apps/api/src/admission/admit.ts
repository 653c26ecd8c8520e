import type { HttpBindings } from "@hono/node-server";
import { OverloadedError } from "@drover/db";
import { createMiddleware } from "hono/factory";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Dependencies } from "../dependencies.ts";
import { LARGEST_BODY } from "../requests/limit-body.ts";
import type { AppEnvironment } from "../routes/environment.ts";
import type { Admission } from "./admission.ts";

/** Milliseconds between two lines about requests that were sent away. */
const TOLD_EVERY = 10_000;

/** Requests that read, whatever they may be sent with. */
const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Node's side of a request; nothing where the app is asked without any server. */
type Bindings = Partial<HttpBindings> | undefined;

/**
 * Gives requests their places, and sends those away for whom there is none, before anything of them is
 * kept. A place is kept until the work is done and the answer is on its way, so that who reads slowly
 * or has gone away is counted too.
 * @throws OverloadedError
 */
export function admit(admission: Admission, logger: Dependencies["logger"]) {
  const turnedAway = tellNowAndThen(admission, logger);
  return createMiddleware<AppEnvironment>(async (context, next) => {
    const bindings: Bindings = context.env;
    const kind = READING.has(context.req.method) ? "reading" : "changing";
    const bytes = bodyBytes(context.req.raw);
    const leave = admission.enter(kind, bytes);
    if (leave === null) {
      turnedAway();
      await discardBody(bindings, bytes);
      throw new OverloadedError("The API has as much in hand as it can take; try again");
    }
    const work: Promise<unknown>[] = [];
    context.set("keepPlaceFor", (promise) => void work.push(promise));
    try {
      await next();
    } finally {
      const outgoing = bindings?.outgoing;
      if (outgoing !== undefined && !outgoing.closed) work.push(once(outgoing, "close"));
      if (work.length === 0) leave();
      else void Promise.allSettled(work).then(leave);
    }
  });
}

/** What a body may come to: what it says of itself, or the most that is taken. */
function bodyBytes({ headers }: Request): number {
  const announced = headers.get("content-length");
  if (announced === null && !headers.has("transfer-encoding")) return 0;
  const bytes = Number(announced ?? Number.NaN);
  return bytes <= LARGEST_BODY ? bytes : LARGEST_BODY;
}

/**
 * Reads a body to its end and keeps nothing of it: a client that still writes when it is answered, and
 * whose connection is closed for it, never sees the answer. One that is too large is on its own.
 */
async function discardBody(bindings: Bindings, bytes: number): Promise<void> {
  const incoming = bindings?.incoming;
  if (incoming === undefined || bytes === 0 || bytes === LARGEST_BODY) return;
  incoming.resume();
  // Whoever has gone away meanwhile needs no answer.
  await finished(incoming).catch(() => undefined);
}

/** One line now and then, with how many it were: a line for each would be a load of its own. */
function tellNowAndThen(admission: Admission, logger: Dependencies["logger"]): () => void {
  let count = 0;
  let told = Number.NEGATIVE_INFINITY;
  return () => {
    count += 1;
    const now = performance.now();
    if (now - told < TOLD_EVERY) return;
    logger.warn({ turnedAway: count, inHand: admission.load }, "too much at once");
    told = now;
    count = 0;
  };
}
