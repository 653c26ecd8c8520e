import { asId, MachineStep, WorkflowDefinition, type WorkerId } from "@drover/engine";
import { newId } from "@drover/db";
import { describe, expect, test } from "vitest";
import { heartbeatDuty } from "./maintenance/heartbeat.ts";
import { Pulse } from "./maintenance/pulse.ts";
import { registerDefinitions } from "./known-definitions.ts";
import { processStep } from "./process-step.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

/** A worker whose steps note when they run, and wait until they are let go. */
class LossyBench extends BenchOfOne {
  readonly log: string[] = [];
  readonly gates = new Map<string, () => void>();

  definition(name: string, options: { maxLostAttempts?: number } = {}) {
    const hold = new MachineStep({
      ...options,
      execute: async () => {
        this.log.push(`${name} begins`);
        await new Promise<void>((resolve) => this.gates.set(name, resolve));
        this.log.push(`${name} ends`);
      },
      onFailure: () => void this.log.push(`${name} handles its failure`),
    });
    const after = new MachineStep({ execute: () => void this.log.push(`after ${name}`) });
    return new WorkflowDefinition({
      name,
      version: "1.0.0",
      steps: { hold, after },
      edges: [{ source: "hold", target: "after" }],
      initialStep: "hold",
    });
  }

  /** Starts an instance whose first step has lost so many workers; its job is in the queue. */
  async startLost(name: string, losses: number, options = {}) {
    const id = await this.start(this.definition(name, options));
    for (let loss = 0; loss < losses; loss += 1) {
      const [job] = this.enqueued.splice(-1);
      if (job === undefined) throw new Error("nothing was enqueued");
      const dead = asId<WorkerId>(newId());
      await this.store.claim({ ...job, workerId: dead, definitionIds: this.definitions.ids });
      const finder = asId<WorkerId>(newId());
      this.enqueued.push(...(await this.store.recoverLostExecutions(60_000, finder)));
    }
    return id;
  }

  /** A worker that lives begins with the job at the head of the queue. */
  async process(maxLostAttempts = 5) {
    const job = this.enqueued.shift();
    if (job === undefined) throw new Error("the queue is empty");
    const services = { ...this.services, maxLostAttempts };
    await heartbeatDuty(services, 1, 5_000, new Pulse(1_000)).run();
    return processStep(services, job);
  }

  async letGo(name: string) {
    await expect.poll(() => this.gates.has(name)).toBe(true);
    this.gates.get(name)?.();
  }
}

const OFFERED_TO_OTHERS = { offerAgainIn: expect.any(Number) };

describe("a step that has lost workers", () => {
  test("given one loss, then it runs beside others", async () => {
    const bench = new LossyBench();
    await bench.startLost("quiet", 0);
    const quiet = bench.process();
    await expect.poll(() => bench.log).toEqual(["quiet begins"]);
    await bench.startLost("lost_once", 1);
    const lostOnce = bench.process();
    await expect.poll(() => bench.log).toEqual(["quiet begins", "lost_once begins"]);
    for (const name of ["quiet", "lost_once"]) await bench.letGo(name);
    expect(await Promise.all([quiet, lostOnce])).toEqual(["done", "done"]);
  });

  test("given two losses, then it runs alone: what runs ends first, what comes goes to others", async () => {
    const bench = new LossyBench();
    await bench.startLost("quiet", 0);
    const quiet = bench.process();
    await expect.poll(() => bench.log).toEqual(["quiet begins"]);
    await bench.startLost("suspect", 2);
    const suspect = bench.process();
    await expect.poll(() => bench.services.running.isReserved).toBe(true);
    await bench.startLost("other", 0);
    expect(await bench.process()).toEqual(OFFERED_TO_OTHERS);
    await bench.startLost("other_suspect", 2);
    expect(await bench.process()).toEqual(OFFERED_TO_OTHERS);
    expect(bench.log).toEqual(["quiet begins"]);

    await bench.letGo("quiet");
    await bench.letGo("suspect");
    expect(await Promise.all([quiet, suspect])).toEqual(["done", "done"]);
    // Neither goes on inline: the branch of the first would never have let the second in.
    expect(bench.log).toEqual(["quiet begins", "quiet ends", "suspect begins", "suspect ends"]);
    expect(bench.services.running.isReserved).toBe(false);
  });

  test("given two of them at the same moment, then one goes to others", async () => {
    const bench = new LossyBench();
    const definitions = [bench.definition("first"), bench.definition("second")];
    for (const { name } of definitions) await bench.startLost(name, 2);
    bench.definitions = await registerDefinitions(bench.store, definitions, bench.logger);
    const both = [bench.process(), bench.process()];
    await bench.letGo("first");
    expect(await Promise.all(both)).toEqual(["done", OFFERED_TO_OTHERS]);
    expect(bench.log).toEqual(["first begins", "first ends"]);
  });

  test("given as many losses as are allowed, then it fails with the reason and runs none of its code", async () => {
    const bench = new LossyBench();
    const id = await bench.startLost("poison", 3);
    expect(await bench.process(3)).toBe("done");
    expect(bench.log).toEqual([]);
    expect(bench.store.rows.instance(id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("The worker was lost 3 times in a row while it ran step"),
    });
    const [row] = bench.store.rows.executionsOf(id);
    expect(row).toMatchObject({
      status: "failed",
      lostAttempts: 3,
      error: { type: "StepLostTooOftenError" },
    });
  });

  test("given a limit of its own, then that counts", async () => {
    const bench = new LossyBench();
    const id = await bench.startLost("once_only", 1, { maxLostAttempts: 1 });
    await bench.process();
    expect(bench.store.rows.instance(id).error).toMatch(/^The worker was lost while it ran step/);
    const patient = await bench.startLost("patient", 2, { maxLostAttempts: 100 });
    const processed = bench.process(1);
    await bench.letGo("patient");
    await processed;
    expect(bench.store.rows.instance(patient).status).toBe("running");
  });

  test("given that it is left out by hand, then it is not too late for that", async () => {
    const bench = new LossyBench();
    const id = await bench.startLost("poison", 3);
    const [job] = bench.enqueued.splice(0);
    if (job === undefined) throw new Error("nothing was enqueued");
    const { executionId } = job;
    await bench.dispatch(id, { type: "step.skip-requested", executionId });
    await bench.process(3);
    await bench.processAll();
    expect(bench.steps(id)).toEqual(["hold skipped", "after succeeded"]);
  });

  test("given a worker that has to go while a step waits to be alone, then others get it", async () => {
    const bench = new LossyBench();
    await bench.startLost("quiet", 0);
    const quiet = bench.process();
    await expect.poll(() => bench.log).toEqual(["quiet begins"]);
    const id = await bench.startLost("suspect", 2);
    const suspect = bench.process();
    await expect.poll(() => bench.services.running.isReserved).toBe(true);
    bench.draining = true;
    await bench.letGo("quiet");
    expect(await suspect).toEqual(OFFERED_TO_OTHERS);
    await quiet;
    expect(bench.steps(id)).toEqual(["hold scheduled"]);
  });
});

test("what wants to be alone does not wait for ever for what runs", async () => {
  const { running } = new BenchOfOne().services;
  let late = () => {};
  const timers = {
    after: (_: number, callback: () => void) => {
      late = callback;
      return () => {};
    },
  };
  const done: string[] = [];
  let end = () => {};
  const branch = running.branch(() => new Promise<void>((resolve) => (end = resolve)));
  const alone = running.alone(timers, async () => void done.push("alone"));
  await Promise.resolve();
  expect(done).toEqual([]);
  late();
  expect(await alone).toBe(true);
  expect(done).toEqual(["alone"]);
  end();
  await branch;
});

test("given one that runs alone for long, then others begin beside it after a while", async () => {
  const { running } = new BenchOfOne().services;
  const alarms: (() => void)[] = [];
  const timers = {
    after: (_: number, callback: () => void) => {
      alarms.push(callback);
      return () => {};
    },
  };
  let end = () => {};
  const alone = running.alone(timers, () => new Promise<void>((resolve) => (end = resolve)));
  await expect.poll(() => alarms.length).toBe(2);
  expect(running.isReserved).toBe(true);
  alarms.at(-1)?.();
  await expect.poll(() => running.isReserved).toBe(false);
  end();
  expect(await alone).toBe(true);
});
