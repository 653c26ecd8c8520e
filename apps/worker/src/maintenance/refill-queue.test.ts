import { asId, type ScheduledExecution } from "@drover/engine";
import { newId } from "@drover/db";
import { StepQueue } from "@drover/queue";
import { QueueKeys } from "@drover/queue/testing";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { BenchOfOne, oneStep } from "../testing/bench-of-one.ts";
import { refillQueueDuty } from "./refill-queue.ts";

/** More than two pieces of the duty. */
const STEPS = 4_100;

let bench: BenchOfOne;
let queue: StepQueue;
let keys: QueueKeys;
const prefix = `test-${newId()}`;

beforeEach(async () => {
  bench = new BenchOfOne();
  await Promise.all(Array.from({ length: STEPS }, () => bench.start(oneStep)));
  queue = new StepQueue({ location: { backend: "redis", url: inject("redisUrl") }, prefix });
  await queue.bullQueue.waitUntilReady();
  keys = new QueueKeys(inject("redisUrl"), prefix);
});
afterEach(async () => {
  await keys.empty();
  keys.close();
  await queue.close();
});

/** A worker's duty on the queue, and what it hands over. @param before is done before each piece */
function worker(before: (piece: number) => Promise<void> = async () => {}) {
  const pieces: number[] = [];
  const duty = refillQueueDuty({
    ...bench.services,
    workerId: asId(newId()),
    queue: {
      enqueue: (executions) => queue.enqueue(executions),
      enqueueAgain: async (executions: readonly ScheduledExecution[]) => {
        await before(pieces.length);
        pieces.push(executions.length);
        await queue.enqueueAgain(executions);
      },
      setTimers: (timers) => queue.setTimers(timers),
      backlog: () => queue.backlog(),
      isIntact: () => queue.isIntact(),
      isBeingFilled: () => queue.isBeingFilled(),
      takeTurn: () => queue.takeTurn(),
    },
  });
  return { run: duty.run, pieces };
}

const waiting = async () => (await queue.counts())["waiting"];

test("when several workers find an empty queue, then one of them fills it", async () => {
  const workers = [worker(), worker(), worker()];
  await Promise.all(workers.map(({ run }) => run()));
  const handedOver = workers.map(({ pieces }) => pieces.reduce((sum, piece) => sum + piece, 0));
  expect(handedOver.toSorted((a, b) => a - b)).toEqual([0, 0, STEPS]);
  expect(await waiting()).toBe(STEPS);
  expect(await queue.isIntact()).toBe(true);
});

test("when it is emptied again meanwhile, then it is not intact before all was handed over anew", async () => {
  const { run } = worker(async (piece) => {
    if (piece === 1) await keys.empty();
  });
  await run();
  expect(await queue.isIntact()).toBe(false);
  await run();
  expect(await queue.isIntact()).toBe(true);
  expect(await waiting()).toBe(STEPS);
});

test("when it is emptied again after the last piece, then it is not intact", async () => {
  const steps = worker();
  bench.store.listNearTimers = async (_within, after) => {
    await keys.empty();
    return { items: [], end: after };
  };
  await steps.run();
  expect(await queue.isIntact()).toBe(false);
});

test("when one fails at it, then the next one need not wait", async () => {
  const failing = worker(async (piece) => {
    if (piece === 1) throw new Error("no connection");
  });
  await expect(failing.run()).rejects.toThrow("no connection");
  expect(await queue.isIntact()).toBe(false);
  const following = worker();
  await following.run();
  expect(await queue.isIntact()).toBe(true);
  expect(await waiting()).toBe(STEPS);
  // It has gone on where the other one had failed, and that was not the start.
  expect(following.pieces).toEqual([1_000, 1_000, 1_000, 100]);
});

test("when one dies at it, then another fills it once its turn is over, and the dead one's word is void", async () => {
  const { promise: dead, resolve: wakeUp } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  const zombie = worker(async () => {
    begins();
    await dead;
  });
  const late = zombie.run();
  await begun;
  const following = worker();
  await following.run();
  expect(following.pieces).toEqual([]);
  await keys.endTurn();
  await following.run();
  expect(await queue.isIntact()).toBe(true);
  expect(await waiting()).toBe(STEPS);
  wakeUp();
  await late;
  expect(zombie.pieces).toHaveLength(1);
  expect(await waiting()).toBe(STEPS);
});
