import { expect, test } from "vitest";
import { inMilliseconds } from "./words.ts";

test.each([
  ["3 days", 259_200_000],
  ["2 hours 30 minutes", 9_000_000],
  ["1 h and 5 min", 3_900_000],
  ["1 week, 1 day and 1 s", 691_201_000],
  ["0.5 seconds", 500],
  ["P1D", 86_400_000],
  [{ minutes: 2 }, 120_000],
  [7, 7],
])("%j is %d ms", (duration, milliseconds) => {
  expect(inMilliseconds(duration)).toBe(milliseconds);
});

test.each([["3 moons"], ["soon"], ["days 3"]])("%j is no duration", (text) => {
  expect(() => inMilliseconds(text)).toThrow(RangeError);
});
