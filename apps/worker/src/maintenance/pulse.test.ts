import { expect, test } from "vitest";
import { Pulse } from "./pulse.ts";

test("given beats without a gap, then the pulse is steady for as long as they go on", () => {
  const pulse = new Pulse(3_000);
  expect(pulse.isSteadyFor(0, 0)).toBe(false);
  for (const now of [0, 1_000, 2_000, 4_500]) pulse.beat(now);
  expect(pulse.isSteadyFor(4_500, 4_500)).toBe(true);
  expect(pulse.isSteadyFor(4_501, 4_500)).toBe(false);
});

test("given a gap, then the pulse starts anew with the beat after it", () => {
  const pulse = new Pulse(3_000);
  pulse.beat(0);
  expect(pulse.isSteadyFor(0, 3_001)).toBe(false);
  pulse.beat(10_000);
  expect(pulse.isSteadyFor(5_000, 10_000)).toBe(false);
  pulse.beat(12_500);
  pulse.beat(15_000);
  expect(pulse.isSteadyFor(5_000, 15_000)).toBe(true);
});
