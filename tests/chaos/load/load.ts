import { setTimeout as pause } from "node:timers/promises";
import type { Instance } from "../../support/api-shapes.ts";
import type { Chance } from "../../support/chance.ts";
import type { PatientClient } from "./patient-client.ts";
import { drawRun, probe, type Run } from "./runs.ts";

/** Numbers of probes begin here: they are no part of the load. */
const FIRST_PROBE = 10_000_000;

/** Milliseconds. */
const SIGNAL_AFTER = 4_000;
const PAUSED_FOR = { least: 500, most: 3_000 } as const;
const CALLBACK_AFTER = 3_000;

/** Starts instances at a steady pace, whatever becomes of them, and does what starters do next. */
export class Load {
  /** The runs that were answered for, by instance: none of them may be lost. */
  readonly acknowledged = new Map<string, Run>();
  readonly #client: PatientClient;
  readonly #chance: Chance;
  readonly #recorder: string;
  readonly #name: string;
  readonly #underWay = new Set<Promise<void>>();
  #probes = 0;

  /** @param name different for every load on one database: keys are made from it */
  constructor(client: PatientClient, chance: Chance, recorder: string, name: string) {
    this.#client = client;
    this.#chance = chance;
    this.#recorder = recorder;
    this.#name = name;
  }

  /**
   * Starts so many instances within so many milliseconds, each when its time has come and not when
   * the one before was answered. Resolves when the last one was sent off.
   */
  async run(instances: number, duration: number, over: AbortSignal): Promise<void> {
    const begin = performance.now();
    for (let number = 0; number < instances; number += 1) {
      const due = begin + (number * duration) / instances;
      await pause(Math.max(0, due - performance.now()));
      if (over.aborted) return;
      this.#begin(drawRun(number, this.#chance, this.#recorder));
    }
  }

  /** Starts an instance that shows whether work flows. @returns its id, once it is taken */
  async probe(): Promise<string> {
    this.#probes += 1;
    return this.#start(probe(FIRST_PROBE + this.#probes, this.#recorder));
  }

  /** Resolves when everything that was begun has been answered. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #begin(run: Run): void {
    // Draws are made now: which answers come first must not change them.
    const waits = {
      signal: this.#chance.whole(0, SIGNAL_AFTER),
      callback: this.#chance.whole(0, CALLBACK_AFTER),
      paused: this.#chance.whole(PAUSED_FOR.least, PAUSED_FOR.most),
    };
    const work = this.#follow(run, waits).catch((error: unknown) => {
      this.#client.surprises.push(`run ${run.number}: ${String(error)}`);
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #start(run: Run): Promise<string> {
    const { status, body } = await this.#client.ask<Instance>(
      "POST",
      "/instances",
      { definition_name: run.workflow, input_data: run.input },
      { "idempotency-key": `${this.#name}-${run.number}` },
    );
    if (status !== 201) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
    this.acknowledged.set(body.id, run);
    return body.id;
  }

  async #follow(
    run: Run,
    waits: { readonly signal: number; readonly callback: number; readonly paused: number },
  ): Promise<void> {
    const id = await this.#start(run);
    const { stormy } = run;
    switch (run.workflow) {
      case "stormy_signals": {
        const seed = stormy?.seed ?? 0;
        await this.#act(id, "signals/early", { id: "e", payload: `early ${seed}` });
        await pause(waits.signal);
        await this.#act(id, "signals/late", { id: "l", payload: `late ${seed}` });
        return;
      }
      case "stormy_steered":
      case "stormy_map":
        await this.#act(id, "pause");
        await pause(waits.paused);
        await this.#act(id, "resume");
        return;
      case "payment_with_callback":
        await pause(waits.callback);
        await this.#callBack(`payment-${id}`);
        return;
      default:
    }
  }

  /** What comes too late for the instance, or a second time, is no mistake. */
  async #act(id: string, action: string, body?: unknown): Promise<void> {
    const path = `/instances/${id}/${action}`;
    const answer = await this.#client.ask("POST", path, body);
    if (answer.status >= 400 && answer.status !== 409) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  /** The token is known to the caller before the workflow waits for it: until then nobody knows it. */
  async #callBack(token: string): Promise<void> {
    const path = `/webhooks/${encodeURIComponent(token)}`;
    for (;;) {
      const answer = await this.#client.ask("POST", path, { status: "succeeded" });
      if (answer.status === 202 || (answer.status === 409 && answer.again)) return;
      if (answer.status !== 404) throw new Error(`${path}: ${answer.status}`);
      await pause(200);
    }
  }
}
