import { MachineStep, WorkflowDefinition } from "@drover/engine";
import type { ConsumerOptions } from "@drover/queue";
import { expect, test } from "vitest";
import { BenchOfOne } from "./testing/bench-of-one.ts";
import { StepWorker } from "./worker.ts";

test("given a worker whose places are taken, then its consumer is told, and again when one is free", async () => {
  const bench = new BenchOfOne();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const definition = new WorkflowDefinition({
    name: "single",
    version: "1.0.0",
    steps: { only: new MachineStep({ execute: () => gate }) },
    edges: [],
    initialStep: "only",
  });
  const id = await bench.start(definition);
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");
  const told: boolean[] = [];
  const opened: ConsumerOptions[] = [];
  const { queue, logger } = bench.services;
  const worker = new StepWorker({
    store: bench.store,
    queue,
    logger,
    definitions: bench.definitions,
    concurrency: 1,
    lostAfter: 5_000,
    openConsumer: (options) => {
      opened.push(options);
      const nothing = async () => {};
      return {
        start: () => {},
        setOpen: (isOpen) => void told.push(isOpen),
        pause: nothing,
        close: nothing,
      };
    },
  });
  await opened[0]?.handle({ kind: "step", ...execution }, 1);
  expect(bench.steps(id)).toEqual(["only running"]);
  expect(told).toEqual([false]);
  open();
  await expect.poll(() => told).toEqual([false, true]);
  expect(bench.steps(id)).toEqual(["only succeeded"]);
  await worker.drain(1_000);
});
