import { setTimeout as pause } from "node:timers/promises";
import type { Task } from "../../support/api-shapes.ts";
import type { PatientClient } from "./patient-client.ts";

/** What people answer at which step; whom nobody answers is not there. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ask_one: { answer: "ask_one" },
  ask_two: { answer: "ask_two" },
  manager_approval: { approved: true },
  team_lead_approval: { approved: true },
};

/** The step that people leave out. */
const SKIPPED = "optional";

/** Milliseconds between two looks at the list of tasks. */
const BETWEEN_LOOKS = 250;
const MOST_TASKS = 500;

/** Of so many tasks one is answered by two people at the same moment. */
const TWICE_EVERY = 4;

/** People who look for their tasks and answer them, some of them at the same moment as others. */
export class People {
  /** Who was told that their answer counts, by task. */
  readonly counted = new Map<string, string[]>();
  /** Those who have answered, by task. */
  readonly asked = new Map<string, readonly string[]>();
  readonly #client: PatientClient;
  readonly #underWay = new Map<string, Promise<void>>();
  #number = 0;

  constructor(client: PatientClient) {
    this.#client = client;
  }

  /** Answers what is asked, until the signal says that it is over. */
  async work(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const { body: tasks } = await this.#client.ask<readonly Task[]>(
        "GET",
        `/tasks?status=pending&limit=${MOST_TASKS}`,
      );
      for (const task of tasks) this.#take(task);
      await pause(BETWEEN_LOOKS);
    }
    await Promise.all(this.#underWay.values());
  }

  #take(task: Task): void {
    const isKnown = this.#underWay.has(task.id) || this.asked.has(task.id);
    if (isKnown || !(task.step_name in ANSWERS || task.step_name === SKIPPED)) return;
    const work = (task.step_name === SKIPPED ? this.#skip(task) : this.#answer(task))
      .catch((error: unknown) => {
        this.#client.surprises.push(`task ${task.id}: ${String(error)}`);
      })
      .finally(() => this.#underWay.delete(task.id));
    this.#underWay.set(task.id, work);
  }

  async #answer(task: Task): Promise<void> {
    this.#number += 1;
    const twice = this.#number % TWICE_EVERY === 0;
    const people = twice ? [`ann ${this.#number}`, `bob ${this.#number}`] : [`cy ${this.#number}`];
    this.asked.set(task.id, people);
    await Promise.all(people.map((person) => this.#complete(task, person)));
  }

  async #complete(task: Task, person: string): Promise<void> {
    const path = `/tasks/${task.id}/complete`;
    const body = { output_data: ANSWERS[task.step_name], completed_by: person };
    const answer = await this.#client.ask("POST", path, body);
    if (answer.status === 200) {
      this.counted.set(task.id, [...(this.counted.get(task.id) ?? []), person]);
    } else if (answer.status !== 409) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  async #skip(task: Task): Promise<void> {
    const path = `/instances/${task.instance_id}/steps/${SKIPPED}/skip`;
    const answer = await this.#client.ask("POST", path);
    // Asked a second time, or while the instance has gone on: it is no longer to be skipped.
    if (answer.status >= 400 && ![404, 409, 422].includes(answer.status)) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
}
