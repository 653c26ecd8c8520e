import { expect, test } from "vitest";
import { toMoment } from "./moment.ts";

test.each([
  ["2026-06-01", "2026-06-01T00:00:00.000Z"],
  ["2026-06-01T08:30Z", "2026-06-01T08:30:00.000Z"],
  ["2026-06-01T08:30:15+02:00", "2026-06-01T06:30:15.000Z"],
  ["2026-06-01T08:30:15.123456-05:30", "2026-06-01T14:00:15.123Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
])("given %s, then it is that moment wherever it is read", (text, moment) => {
  expect(toMoment(text).toISOString()).toBe(moment);
});

test.each<[unknown, string]>([
  ["2026-06-01T08:30:00", "has no offset: write Z for UTC, or one like +02:00"],
  ["2026-02-30", "'2026-02-30' is not like 2026-06-01"],
  ["2026-13-01", "is not like"],
  ["2026-06-01T25:00Z", "is not like"],
  ["June 1, 2026", "is not like"],
  ["P3D", "is not like"],
  ["", "is not like"],
  [new Date(Number.NaN), "it is an invalid Date"],
  [5, "it is a number"],
])("given %j, then it is refused in words", (value, message) => {
  // Data of a workflow says until when, and it is not bound by types.
  const read = () => toMoment(value as string);
  expect(read).toThrow(RangeError);
  expect(read).toThrow(message);
});
