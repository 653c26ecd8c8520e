import { expect, test } from "vitest";
import { seededDraw } from "../arrivals/seeded-draw.ts";
import { type NeedOrder, workersNeeded } from "./workers-needed.ts";

/** 100 steps a second of 100 ms each: ten places are always taken. */
const order = (more: Partial<NeedOrder>): NeedOrder => ({
  station: { rate: 0.1, service: 100, variation: 1, places: 4 },
  passages: [{ base: 100, waits: 1 }],
  target: 150,
  present: 1,
  ...more,
});
const need = (more: Partial<NeedOrder> = {}) => workersNeeded(order(more), seededDraw(1));

test("given a target, then the fewest workers are told whose estimate holds it", () => {
  const { workers, curve } = need() ?? {};
  expect(workers).toBe(4);
  expect(curve?.[2]?.p95).toBeGreaterThan(150);
  expect(curve?.[3]?.p95).toBeLessThanOrEqual(150);
});

test("given the wait of M/M/c, then the estimate is its percentile", () => {
  // Of M/M/12 with ten offered 45 % wait, exponentially, 50 ms on average: ln(0.449 / 0.05) × 50.
  expect(need()?.curve[2]?.p95).toBeCloseTo(100 + 110, -1);
});

test("given workers that cannot do all that comes, then there is no estimate for them", () => {
  const first = need()?.curve[0];
  expect(first?.p95).toBeNull();
  expect(first?.utilization).toBeCloseTo(2.5);
});

test("given more workers, then the estimate never grows, down to what is left without a queue", () => {
  const { curve = [] } = need({ target: 101 }) ?? {};
  const estimates = curve.map(({ p95 }) => p95 ?? Infinity);
  expect(estimates).toEqual(estimates.toSorted((one, other) => other - one));
  expect(estimates.at(-1)).toBe(100);
});

test("given a target below what is left without any queue, then no number of workers holds it", () => {
  expect(need({ target: 99 })).toMatchObject({ workers: null, p95WithoutQueue: 100 });
});

test("given nothing measured, then there is nothing to say", () => {
  expect(need({ passages: [] })).toBeNull();
});
