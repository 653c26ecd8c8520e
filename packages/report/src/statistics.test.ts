import { expect, test } from "vitest";
import { median, percentile, summary } from "./statistics.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([
  { count: 100, share: 0.95, is: 95 },
  { count: 100, share: 0.07, is: 7 },
  { count: 101, share: 0.99, is: 100 },
  { count: 20, share: 0.95, is: 19 },
  { count: 4, share: 0.5, is: 2 },
  { count: 3, share: 0.99, is: 3 },
  { count: 3, share: 0, is: 1 },
  { count: 3, share: 1, is: 3 },
  { count: 1, share: 0.5, is: 1 },
])("given 1 to $count, when asked for $share, then the percentile is $is", (sample) => {
  expect(percentile(upTo(sample.count), sample.share)).toBe(sample.is);
});

test("given no values, then there are no figures of them", () => {
  expect([percentile([], 0.5), median([]), summary([])]).toEqual([null, null, null]);
});

test.each([
  { values: [3, 1, 2], is: 2 },
  { values: [4, 1, 10, 2], is: 3 },
])("given $values, then the median is $is", ({ values, is }) => {
  expect(median(values)).toBe(is);
});

test("given values in any order, then the summary has their figures and leaves them as they are", () => {
  const values = upTo(200).toReversed();
  expect(summary(values)).toEqual({
    count: 200,
    mean: 100.5,
    min: 1,
    p50: 100,
    p90: 180,
    p95: 190,
    p99: 198,
    max: 200,
  });
  expect(values[0]).toBe(200);
});
