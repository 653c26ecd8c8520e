import { describe, expect, test } from "vitest";
import { erlangC, utilization, waiting } from "./waiting.ts";

describe("Erlang C", () => {
  // By the sum of the textbooks; one place is M/M/1, where the share is the utilization.
  test.each([
    { places: 1, offered: 0.7, is: 0.7 },
    { places: 2, offered: 1, is: 1 / 3 },
    { places: 3, offered: 2, is: 4 / 9 },
    { places: 10, offered: 8, is: 0.4092 },
    { places: 50, offered: 40, is: 0.087 },
  ])("given $places places and $offered offered, then $is wait", ({ places, offered, is }) => {
    expect(erlangC(places, offered)).toBeCloseTo(is, 3);
  });

  test("given thousands of places, then it is still a number", () => {
    expect(erlangC(5_000, 4_990)).toBeGreaterThan(0.5);
    expect(erlangC(5_000, 10)).toBe(0);
  });
});

describe("waiting", () => {
  const station = { rate: 0.8, service: 1, variation: 1, places: 1 };

  test("given one place and exponential service, then it is that of M/M/1: S / (1 - ρ) of those who wait", () => {
    const { share, mean } = waiting(station);
    expect(share).toBeCloseTo(0.8);
    expect(mean).toBeCloseTo(5);
  });

  test("given service that is always the same, then one waits half as long (M/D/1)", () => {
    expect(waiting({ ...station, variation: 0 }).mean).toBeCloseTo(2.5);
  });

  test("given more than can be done, then one waits without end", () => {
    expect(waiting({ ...station, rate: 1 })).toEqual({ share: 1, mean: Infinity });
    expect(utilization({ ...station, rate: 2 })).toBe(2);
  });
});
