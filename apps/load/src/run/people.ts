import { setTimeout as pause } from "node:timers/promises";
import type { DroverClient } from "../http/drover-client.ts";
import type { JsonObject, Task } from "../http/shapes.ts";
import { SampleError, sampleOf } from "../samples/from-schema.ts";
import type { Ledger } from "./ledger.ts";
import { toldOutcome } from "./told-outcome.ts";

/** Tasks that are answered at once, and that one look asks for. */
const PEOPLE = 64;
const MOST_TASKS = 500;
/** Milliseconds between two looks. */
const BETWEEN_LOOKS = 200;

/** Somebody else, or the flow itself, was first: nothing is wrong. */
const PASSED_BY: ReadonlySet<number> = new Set([404, 409]);

export interface Answering {
  readonly client: DroverClient;
  readonly tag: string;
  /** Null: made from each form. */
  readonly data: JsonObject | null;
  readonly ledger: Ledger;
}

/** People who look for tasks of this load and answer them at once. */
export class People {
  readonly #answering: Answering;
  /** Tasks that are answered, were, or cannot be. */
  readonly #seen = new Set<string>();

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  /** Works until the signal says that it is over; answers under way are ended. */
  async work(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const tasks = await this.#look();
      await this.#answerAll(tasks, over);
      // Where a look was full there is more to do.
      if (tasks.length < MOST_TASKS / 2) await pauseUnless(over);
    }
  }

  async #look(): Promise<Task[]> {
    const { client, tag, ledger } = this.#answering;
    try {
      const tasks = await client.pendingTasks(tag, MOST_TASKS);
      return tasks.filter((task) => !this.#seen.has(task.id));
    } catch (error) {
      ledger.error("list tasks", error instanceof Error ? error.message : String(error), "");
      return [];
    }
  }

  async #answerAll(tasks: readonly Task[], over: AbortSignal): Promise<void> {
    const waiting = tasks[Symbol.iterator]();
    const person = async () => {
      for (const task of waiting) if (!over.aborted) await this.#answer(task);
    };
    await Promise.all(Array.from({ length: PEOPLE }, person));
  }

  async #answer(task: Task): Promise<void> {
    const { client, ledger } = this.#answering;
    const data = this.#dataFor(task);
    if (data === null) return;
    const begin = performance.now();
    const outcome = await client.completeTask(task, data);
    if (outcome.kind === "answer" && outcome.status < 300) {
      this.#seen.add(task.id);
      ledger.answers.push(performance.now() - begin);
      return;
    }
    // What may pass is tried again at the next look.
    if (outcome.kind === "answer" && outcome.status < 500) this.#seen.add(task.id);
    if (outcome.kind === "answer" && PASSED_BY.has(outcome.status)) return;
    const { kind, example } = toldOutcome(outcome);
    ledger.error("complete task", kind, `${task.step_name}: ${example}`);
  }

  #dataFor(task: Task): JsonObject | null {
    const { data, ledger } = this.#answering;
    if (data !== null) return data;
    try {
      // Forms are about objects: whatever else came of it, the server would refuse it.
      const sample: unknown = sampleOf(task.form_schema ?? {});
      return typeof sample === "object" && sample !== null ? { ...sample } : {};
    } catch (error) {
      if (!(error instanceof SampleError)) throw error;
      this.#seen.add(task.id);
      ledger.error("complete task", error.code, `${task.step_name}: ${error.message}`);
      return null;
    }
  }
}

async function pauseUnless(over: AbortSignal): Promise<void> {
  await pause(BETWEEN_LOOKS, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}
