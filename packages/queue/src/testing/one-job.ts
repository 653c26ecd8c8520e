import { asId, type ExecutionId } from "@drover/engine";
import { v7 } from "uuid";
import { StepConsumer } from "../step-consumer.ts";
import { StepQueue } from "../step-queue.ts";

/** A queue on Postgres, somebody who takes from it, and one job to be handed over as often as it takes. */
export class OneJob implements AsyncDisposable {
  readonly executionId = asId<ExecutionId>(v7());
  readonly #queue: StepQueue;
  readonly #consumer: StepConsumer;
  readonly #taken = Promise.withResolvers<string>();

  constructor(url: string) {
    const options = { location: { backend: "postgres", url }, prefix: "test" } as const;
    this.#queue = new StepQueue(options);
    this.#consumer = new StepConsumer({
      ...options,
      concurrency: 1,
      // What is told of is Postgres' trouble, which the tests make.
      onError: () => {},
      handle: async (job) => {
        if (job.kind === "step") this.#taken.resolve(job.executionId);
        return "done";
      },
    });
    this.#consumer.start();
  }

  /** @throws QueueUnavailableError */
  handOver(): Promise<void> {
    return this.#queue.enqueue([{ executionId: this.executionId, attempt: 1 }]);
  }

  /** Resolves with the execution of the job once it was taken. */
  get taken(): Promise<string> {
    return this.#taken.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.close(5_000);
    await this.#queue.close();
  }
}
