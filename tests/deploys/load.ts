import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { Instance, Json, Task } from "../support/api-shapes.ts";
import { BalancedClient } from "../support/balanced-client.ts";
import type { Drover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";
import type { Journal } from "../support/journal.ts";
import { WORKING_STEPS } from "../support/workflows/rolled-work.ts";

/** Milliseconds between two looks of somebody who waits for a task. */
const BETWEEN_LOOKS = 100;

/** What clients got that is neither success nor what a request that is sent twice may get. */
interface Refusal {
  readonly request: string;
  readonly status: number;
}

/**
 * Clients that start `rolled_work` one after the other and answer its question, for as long as it
 * goes on; what they are answered is kept.
 */
export class Load {
  readonly client: BalancedClient;
  /** Instances and the versions that they were started on. */
  readonly started: { readonly id: string; readonly version: string }[] = [];
  readonly refusals: Refusal[] = [];
  requests = 0;
  readonly #input: Json;
  readonly #clients: Promise<void>[];
  #goesOn = true;

  constructor(drover: Drover, journal: Journal, clients: number) {
    this.client = new BalancedClient(drover.apis.map(({ url }) => url));
    this.#input = { directory: journal.directory };
    this.#clients = Array.from({ length: clients }, () => this.#run());
  }

  /** Nothing new is started; resolves when all that was started has been answered. */
  async end(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#clients);
  }

  async #run(): Promise<void> {
    while (this.#goesOn) {
      const order = { definition_name: "rolled_work", input_data: this.#input };
      const key = { "idempotency-key": randomUUID() };
      const { status, body } = await this.#request<Instance>("POST", "/instances", order, key);
      if (status >= 300) return;
      this.started.push({ id: body.id, version: body.definition_version });
      await this.#answer(body.id);
    }
  }

  /** Waits until it is asked, and answers. */
  async #answer(id: string): Promise<void> {
    for (;;) {
      const { body } = await this.#request<Task[]>("GET", `/tasks?instance_id=${id}`);
      const [task] = Array.isArray(body) ? body : [];
      if (task !== undefined) {
        const data = { output_data: { answer: "yes" }, completed_by: "somebody" };
        await this.#request("POST", `/tasks/${task.id}/complete`, data);
        return;
      }
      await pause(BETWEEN_LOOKS);
    }
  }

  async #request<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) {
    this.requests += 1;
    const answer = await this.client.request<Body>(method, path, body, headers);
    // What was sent twice may have counted the first time.
    const isKnown = answer.repeated && answer.status === 409;
    if (answer.status >= 300 && !isKnown) {
      this.refusals.push({ request: `${method} ${path}`, status: answer.status });
    }
    return answer;
  }
}

/** Nothing was lost and nothing done twice: each step of each instance once, under its first attempt. */
export async function expectAllOnce({ rows }: Drover, load: Load, journal: Journal): Promise<void> {
  await eventually("all is completed", async () => {
    return (await rows.instanceCounts())["completed"] === load.started.length;
  });
  expect(await rows.instanceCounts()).toEqual({ completed: load.started.length });
  const done = Map.groupBy(journal.entries, ({ instance }) => instance);
  for (const { id, version } of load.started) {
    expect(
      done
        .get(id)
        ?.map(({ step }) => step)
        .toSorted(),
    ).toEqual(WORKING_STEPS[version]);
  }
  const machines = (await rows.executions()).filter(({ stepType }) => stepType === "machine");
  expect(machines.filter(({ attempt }) => attempt !== 1)).toEqual([]);
}
