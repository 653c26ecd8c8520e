import { expect, test } from "vitest";
import { nextBusinessMoment } from "./business-hours.ts";

const office = { opensAt: "09:00:00", closesAt: "17:00:00", openDays: [1, 2, 3, 4, 5] };

test.each([
  { when: "a Tuesday at noon", now: "2026-06-02T12:00:00Z", next: "2026-06-02T12:00:00Z" },
  { when: "a Tuesday at nine", now: "2026-06-02T09:00:00Z", next: "2026-06-02T09:00:00Z" },
  { when: "before nine", now: "2026-06-02T08:59:59Z", next: "2026-06-02T09:00:00Z" },
  { when: "at five", now: "2026-06-02T17:00:00Z", next: "2026-06-03T09:00:00Z" },
  { when: "Friday evening", now: "2026-06-05T18:00:00Z", next: "2026-06-08T09:00:00Z" },
  { when: "Sunday", now: "2026-06-07T12:00:00Z", next: "2026-06-08T09:00:00Z" },
])("given $when, then business is at $next", ({ now, next }) => {
  expect(nextBusinessMoment(new Date(now), office)).toEqual(new Date(next));
});

test("given business once a week, and it is over, then it is in a week", () => {
  const now = new Date("2026-06-02T18:00:00Z");
  expect(nextBusinessMoment(now, { ...office, openDays: [2] })).toEqual(
    new Date("2026-06-09T09:00:00Z"),
  );
});

test.each([
  { hours: { ...office, openDays: [] }, error: "There are no business hours" },
  { hours: { ...office, opensAt: "nine" }, error: "'nine' is no time of day like 09:00:00" },
])("given hours that are none, then it fails in words: $error", ({ hours, error }) => {
  expect(() => nextBusinessMoment(new Date(), hours)).toThrow(error);
});
