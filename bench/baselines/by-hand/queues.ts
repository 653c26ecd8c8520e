import { FlowProducer, Queue } from "bullmq";
import type { NewRun } from "./tables.ts";

/** What a job says: which step of which run is next. */
export interface StepJob {
  readonly run: string;
  readonly kind: NewRun["kind"];
  /** From 1 up; of a fan-out's members there is one for each `member`. */
  readonly step: number;
  readonly member?: number;
}

export const QUEUE = "steps";

export interface QueueSettings {
  readonly connection: { readonly url: string; readonly maxRetriesPerRequest: null };
  readonly prefix: string;
}

export function queueSettings(environment: NodeJS.ProcessEnv): QueueSettings {
  const { REDIS_URL: url = "", QUEUE_PREFIX: prefix = "" } = environment;
  return { connection: { url, maxRetriesPerRequest: null }, prefix };
}

/** Jobs are gone once they are done: the facts are in Postgres. */
const OPTIONS = { removeOnComplete: true, attempts: 10 } as const;

/** Puts steps into the queue; each job has an id of its own, so that adding it again is harmless. */
export class Steps {
  readonly #queue: Queue<StepJob>;
  readonly #flows: FlowProducer;

  constructor(settings: QueueSettings) {
    this.#queue = new Queue(QUEUE, settings);
    this.#flows = new FlowProducer(settings);
  }

  /** @param delay milliseconds */
  async next(job: StepJob, delay = 0): Promise<void> {
    await this.#queue.add("step", job, { ...OPTIONS, delay, jobId: `${job.run}-${job.step}` });
  }

  async first(runs: readonly NewRun[]): Promise<void> {
    const flows = runs.filter(({ kind }) => kind === "fan-out");
    const rows = runs.filter(({ kind }) => kind !== "fan-out");
    await this.#queue.addBulk(
      rows.map(({ id, kind }) => ({
        name: "step",
        data: { run: id, kind, step: 1 },
        opts: { ...OPTIONS, jobId: `${id}-1` },
      })),
    );
    for (const run of flows) await this.#fanOut(run);
  }

  /** Members as children of a job that joins them: BullMQ lets it come up when all have ended. */
  async #fanOut({ id, kind, input }: NewRun): Promise<void> {
    const members = Array.from({ length: input.size ?? 0 }, (_, member) => ({
      name: "step",
      queueName: QUEUE,
      data: { run: id, kind, step: 1, member },
      opts: { ...OPTIONS, jobId: `${id}-1-${member}` },
    }));
    await this.#flows.add({
      name: "step",
      queueName: QUEUE,
      data: { run: id, kind, step: 2 },
      opts: { ...OPTIONS, jobId: `${id}-2` },
      children: members,
    });
  }
}
