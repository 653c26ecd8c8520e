import {
  asId,
  type InstanceId,
  MachineStep,
  WorkflowDefinition,
  type TimerId,
} from "@drover/engine";
import { ManualTimers } from "@drover/engine/testing";
import { newId } from "@drover/db";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { Places } from "./places.ts";
import { processJob } from "./process-job.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

const doing = (execute: () => Promise<void> | void) =>
  new WorkflowDefinition({
    name: "single",
    version: "1.0.0",
    steps: { only: new MachineStep({ execute }) },
    edges: [],
    initialStep: "only",
  });

test("given a Postgres that does not answer, then the job comes up again and that is told", async () => {
  const bench = new BenchOfOne();
  const id = await bench.start(doing(() => {}));
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const away = () => Promise.reject(new Error("connect ECONNREFUSED"));
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");

  bench.store.claim = away;
  bench.store.findTimer = away;
  const timer = { kind: "timer", timerId: asId<TimerId>(newId()) } as const;
  for (const job of [{ kind: "step", ...execution } as const, timer]) {
    const verdict = await processJob({ ...bench.services, logger }, job, 1);
    expect(verdict).toEqual({ offerAgainIn: expect.any(Number) });
  }
  expect(lines).toHaveLength(2);
  expect(bench.steps(id)).toEqual(["only scheduled"]);
});

test("given a job that can be worked on, then it is done with once its step is claimed, and that goes on", async () => {
  const bench = new BenchOfOne();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const id = await bench.start(doing(() => gate));
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");
  expect(await processJob(bench.services, { kind: "step", ...execution }, 1)).toBe("done");
  expect(bench.steps(id)).toEqual(["only running"]);
  open();
  await expect.poll(() => bench.steps(id)).toEqual(["only succeeded"]);
});

test("given a job with the first step of an instance, then it is claimed as that", async () => {
  const bench = new BenchOfOne();
  await bench.start(doing(() => {}));
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");
  const claim = bench.store.claim.bind(bench.store);
  const hints: unknown[] = [];
  bench.store.claim = (request) => {
    hints.push(request.isFirst);
    return claim(request);
  };
  await processJob(bench.services, { kind: "step", ...execution }, 1);
  expect(hints).toEqual([true]);
});

describe("given a job of several steps", () => {
  /** A worker with some places, and a job of three steps that run until the test lets them. */
  async function three(places: number) {
    const bench = new BenchOfOne();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const ids: InstanceId[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(await bench.start(doing(() => gate)));
    const timers = new ManualTimers();
    const services = { ...bench.services, places: new Places(places, timers) };
    const executions = bench.enqueued.map(({ executionId, attempt }) => ({ executionId, attempt }));
    const steps = () => ids.flatMap((id) => bench.steps(id)).toSorted();
    const job = { kind: "steps", executions } as const;
    return { bench, services, executions, job, steps, timers, open };
  }

  test("when there are places for all, then all are claimed and the job is done with", async () => {
    const { services, job, steps, open } = await three(3);
    expect(await processJob(services, job, 1)).toBe("done");
    expect(steps()).toEqual(["only running", "only running", "only running"]);
    expect(services.places.isAnyFree).toBe(false);
    open();
    await expect.poll(steps).toEqual(["only succeeded", "only succeeded", "only succeeded"]);
    expect(services.places.isAnyFree).toBe(true);
  });

  test("when there is a place for one, then the others are left in the job for whoever has places", async () => {
    const { services, executions, job, steps, timers, open } = await three(1);
    const verdict = processJob(services, job, 1);
    await expect.poll(steps).toEqual(["only running", "only scheduled", "only scheduled"]);
    timers.pass(1_000);
    expect(await verdict).toEqual({
      offerAgainIn: expect.any(Number),
      left: { kind: "steps", executions: executions.slice(1) },
    });
    open();
  });

  test("when one of them cannot be asked for, then that one alone is left in the job, and that is told", async () => {
    const { bench, services, executions, job, steps, open } = await three(3);
    const claim = bench.store.claim.bind(bench.store);
    bench.store.claim = (request) =>
      request.executionId === executions[1]?.executionId
        ? Promise.reject(new Error("connect ECONNREFUSED"))
        : claim(request);
    const lines: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
    expect(await processJob({ ...services, logger }, job, 1)).toEqual({
      offerAgainIn: expect.any(Number),
      left: { kind: "steps", executions: [executions[1]] },
    });
    expect(lines).toHaveLength(1);
    expect(steps()).toEqual(["only running", "only running", "only scheduled"]);
    open();
    await expect.poll(steps).toContain("only succeeded");
  });
});

describe("given no place for a step", () => {
  /** How long it waits for one here, in milliseconds. */
  async function waited(isAnyBehind: boolean): Promise<number> {
    const bench = new BenchOfOne();
    await bench.start(doing(() => {}));
    const [execution] = bench.enqueued;
    if (execution === undefined) throw new Error("nothing was enqueued");
    const timers = new ManualTimers();
    const places = new Places(0, timers);
    const backlog = { isAny: async () => isAnyBehind };
    const ended: number[] = [];
    const verdict = processJob(
      { ...bench.services, places, backlog },
      { kind: "step", ...execution },
      1,
    ).finally(() => ended.push(1));
    await turn();
    let time = 0;
    for (; ended.length === 0; time += 10) {
      timers.pass(10);
      await turn();
    }
    // Before what came after it: it has waited already.
    expect(await verdict).toEqual({ offerAgainIn: 0 });
    return time;
  }

  test("when others wait in the queue, then it waits for one a while, as whoever is idle has those", async () => {
    expect(await waited(true)).toBe(250);
  });

  test("when it is the last one, then it is given back soon, as others may be idle", async () => {
    expect(await waited(false)).toBe(10);
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
