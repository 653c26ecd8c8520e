/**
 * What BullMQ alone comes to: the same chains, a job a step, and nothing written anywhere else. Each
 * job adds the next one, as the steps of a chain do that is written by hand.
 */
import { Queue, Worker } from "bullmq";
import { CHAIN_STEPS } from "../workflows/names.ts";
import { tellResult } from "./result.ts";

const { REDIS_URL: url = "", QUEUE_PREFIX: prefix = "" } = process.env;
const SECONDS = Number(process.env["SECONDS"]);

/** Jobs at once: fastest here of 16, 32, 64 and 128. */
const CONCURRENCY = 128;

/** Chains that are under way. */
const CHAINS = 500;

const settings = { connection: { url, maxRetriesPerRequest: null }, prefix };
const OPTIONS = { removeOnComplete: true } as const;
const queue = new Queue<{ step: number }>("chain", settings);

/** Jobs before anything is counted, for code to be compiled. */
const WARM_UP = 5_000;

let jobs = 0;
let begun = 0;
const over = Promise.withResolvers<void>();
const worker = new Worker<{ step: number }>(
  "chain",
  async ({ data }) => {
    jobs += 1;
    if (jobs === WARM_UP) begun = performance.now();
    if (jobs > WARM_UP && performance.now() - begun > SECONDS * 1_000) return over.resolve();
    await queue.add("step", { step: (data.step % CHAIN_STEPS) + 1 }, OPTIONS);
  },
  { ...settings, concurrency: CONCURRENCY },
);
await worker.waitUntilReady();
await queue.addBulk(
  Array.from({ length: CHAINS }, () => ({ name: "step", data: { step: 1 }, opts: OPTIONS })),
);
await over.promise;
tellResult({ steps: jobs - WARM_UP, milliseconds: performance.now() - begun });
process.exit(0);
