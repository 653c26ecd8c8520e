import { asId, type Command, type ExecutionId, type ScheduledExecution } from "@drover/engine";
import { newId } from "@drover/db";
import { expect, test } from "vitest";
import { SILENT } from "../log.ts";
import { QueueFeeder } from "./queue-feeder.ts";

const enqueue = (): Command => ({
  type: "enqueue",
  executionId: asId<ExecutionId>(newId()),
  attempt: 1,
});

/** A queue that answers when the test says so. */
class SlowQueue {
  readonly calls: ScheduledExecution[][] = [];
  #answers: (() => void)[] = [];

  enqueue(executions: readonly ScheduledExecution[]): Promise<void> {
    this.calls.push([...executions]);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answers.push(resolve);
    return promise;
  }

  async answer(): Promise<void> {
    this.#answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("what comes while a call is under way goes into the next one, together", async () => {
  const queue = new SlowQueue();
  const feeder = new QueueFeeder(queue, SILENT);
  const commands = [enqueue(), enqueue(), enqueue(), enqueue()];
  for (const command of commands.slice(0, 2)) feeder.give([command]);
  await queue.answer();
  for (const command of commands.slice(2)) feeder.give([command]);
  expect(queue.calls.map((call) => call.length)).toEqual([2]);
  await queue.answer();
  expect(queue.calls.map((call) => call.length)).toEqual([2, 2]);
  await queue.answer();
  await feeder.idle();
  feeder.give([enqueue()]);
  await queue.answer();
  expect(queue.calls.map((call) => call.length)).toEqual([2, 2, 1]);
});

test("what a commit has scheduled for several requests goes in one call", async () => {
  const queue = new SlowQueue();
  const feeder = new QueueFeeder(queue, SILENT);
  const commit = Promise.withResolvers<void>();
  // As requests that were committed together: each goes on by itself when the answer comes.
  const requests = Array.from({ length: 64 }, async () => {
    await commit.promise;
    feeder.give([enqueue()]);
  });
  commit.resolve();
  await Promise.all(requests);
  await queue.answer();
  expect(queue.calls.map((call) => call.length)).toEqual([64]);
  await feeder.idle();
});

test("a queue that fails is told the next thing all the same", async () => {
  const told: number[] = [];
  const queue = {
    enqueue: async (executions: readonly ScheduledExecution[]) => {
      told.push(executions.length);
      throw new Error("away");
    },
  };
  const feeder = new QueueFeeder(queue, SILENT);
  feeder.give([enqueue()]);
  await feeder.idle();
  feeder.give([enqueue(), { type: "abort", executionId: asId<ExecutionId>(newId()), attempt: 1 }]);
  await feeder.idle();
  expect(told).toEqual([1, 1]);
});

test("what waits behind a call that fails is let go, and what comes later is told", async () => {
  const told: number[] = [];
  const first = Promise.withResolvers<void>();
  const queue = {
    enqueue: async (executions: readonly ScheduledExecution[]) => {
      told.push(executions.length);
      if (told.length === 1) await first.promise;
    },
  };
  const feeder = new QueueFeeder(queue, SILENT);
  feeder.give([enqueue()]);
  await new Promise((resolve) => setImmediate(resolve));
  for (let n = 0; n < 5_000; n += 1) feeder.give([enqueue()]);
  first.reject(new Error("away"));
  await feeder.idle();
  expect(told).toEqual([1]);
  feeder.give([enqueue(), enqueue()]);
  await feeder.idle();
  expect(told).toEqual([1, 2]);
});

test("what waits is bounded while the queue hangs", async () => {
  const queue = new SlowQueue();
  const feeder = new QueueFeeder(queue, SILENT);
  feeder.give([enqueue()]);
  await queue.answer();
  const command = enqueue();
  for (let n = 0; n < 25_000; n += 1) feeder.give([command]);
  while (queue.calls.length < 21) await queue.answer();
  await queue.answer();
  await feeder.idle();
  expect(queue.calls.flat()).toHaveLength(20_001);
});
