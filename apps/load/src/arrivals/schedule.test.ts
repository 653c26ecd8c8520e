import { describe, expect, test } from "vitest";
import { expectedArrivals, PROFILES } from "./profile.ts";
import { arrivalTimes, type ScheduleOrder } from "./schedule.ts";
import { seededDraw } from "./seeded-draw.ts";

const order = (more: Partial<ScheduleOrder>): ScheduleOrder => ({
  profile: "steady",
  arrivals: "even",
  rate: 10,
  duration: 10,
  ...more,
});
const times = (more: Partial<ScheduleOrder>, seed = 1) =>
  arrivalTimes(order(more), seededDraw(seed));
/** How many arrivals there are from one second to another. */
const within = (all: readonly number[], from: number, to: number) =>
  all.filter((time) => time >= from * 1_000 && time < to * 1_000).length;

describe("even arrivals", () => {
  test("given a steady rate, then they keep the same distance, the first half of it from the begin", () => {
    expect(times({ duration: 0.5 }).map(Math.round)).toEqual([50, 150, 250, 350, 450]);
  });

  test("given a ramp, then a quarter comes in the first half, and half of the full rate altogether", () => {
    const all = times({ profile: "ramp", rate: 40 });
    expect(all).toHaveLength(200);
    expect(within(all, 0, 5)).toBe(50);
  });

  test("given a spike, then there is a fifth of the rate but from 40 % to 60 % of the time", () => {
    const all = times({ profile: "spike", rate: 50 });
    const seconds = Array.from({ length: 10 }, (_, second) => within(all, second, second + 1));
    expect(seconds).toEqual([10, 10, 10, 10, 50, 50, 10, 10, 10, 10]);
  });
});

describe("Poisson arrivals", () => {
  test("given the same seed, then they are the same, and others with another", () => {
    const all = times({ arrivals: "poisson" }, 7);
    expect(times({ arrivals: "poisson" }, 7)).toEqual(all);
    expect(times({ arrivals: "poisson" }, 8)).not.toEqual(all);
  });

  test.each(PROFILES)(
    "given the profile %s, then as many come as it says, ascending",
    (profile) => {
      const expected = expectedArrivals(profile, 2_000, 10);
      const all = times({ arrivals: "poisson", profile, rate: 2_000 });
      // The deviation of a Poisson count is the root of it; six of them never happen.
      expect(Math.abs(all.length - expected)).toBeLessThan(6 * Math.sqrt(expected));
      expect(all).toEqual(all.toSorted((one, other) => one - other));
      expect(all.at(-1)).toBeLessThan(10_000);
    },
  );

  test("given a steady rate, then gaps vary as much as they are long, which even ones do not", () => {
    const all = times({ arrivals: "poisson", rate: 1_000 });
    const gaps = all.slice(1).map((time, index) => time - (all[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });
});
