import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, toMilliseconds, type Duration } from "./duration.ts";
import { toIsoDuration } from "./iso-duration.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("toMilliseconds", () => {
  test.each<[Duration, number]>([
    [1_500, 1_500],
    [0.2, 1],
    [-5, 0],
    [{ weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 694_861_001],
    [{ seconds: 2.007 }, 2_007],
    [{ days: 1, hours: -1 }, 23 * HOUR],
    [{}, 0],
    ["P3D", 3 * DAY],
    ["PT1H30M", 1.5 * HOUR],
    ["P1W", 7 * DAY],
    ["P1W2DT3H", 9 * DAY + 3 * HOUR],
    ["PT0.5S", 500],
    ["PT2,007S", 2_007],
    ["P1.5D", 36 * HOUR],
    ["PT0.0001S", 1],
    ["PT0S", 0],
    ["+PT1S", 1_000],
    ["P1DT-1H", 23 * HOUR],
    ["-P3D", 0],
    ["PT-5S", 0],
  ])("given %j, then it is %d ms", (duration, milliseconds) => {
    expect(toMilliseconds(duration)).toBe(milliseconds);
  });

  test.each<[unknown, string]>([
    ["P1Y", "'P1Y' has years or months, which have no fixed length: use weeks or days"],
    ["P2M", "'P2M' has years or months, which have no fixed length: use weeks or days"],
    ["P1Y2M10DT2H30M", "has years or months"],
    ["", "'' is no ISO 8601 duration like P3D, PT1H30M or PT0.5S"],
    ["P", "'P' is no ISO 8601 duration"],
    ["PT", "is no ISO 8601 duration"],
    ["P1DT", "is no ISO 8601 duration"],
    ["P1H", "is no ISO 8601 duration"],
    ["1D", "is no ISO 8601 duration"],
    ["3 days", "is no ISO 8601 duration"],
    ["PT1M1H", "is no ISO 8601 duration"],
    ["PT1.5H30M", "is no ISO 8601 duration"],
    ["PT1S\n", "is no ISO 8601 duration"],
    [`P${"1".repeat(500)}D`, "a duration as text has at most 100 characters"],
    [`P${"1".repeat(50)}D`, "a duration must be a finite number of milliseconds"],
    [Number.NaN, "a duration must be a finite number of milliseconds, got NaN"],
    [Number.POSITIVE_INFINITY, "a duration must be a finite number of milliseconds, got Infinity"],
    [{ day: 3 }, "a duration has no part 'day'"],
    [{ days: "3" }, "days of a duration must be a number"],
    [null, "a duration must be a number, parts or text, got null"],
    [undefined, "a duration must be a number, parts or text, got undefined"],
  ])("given %j, then it is refused in words", (duration, message) => {
    // Data of a workflow decides about durations, and it is not bound by types.
    const read = () => toMilliseconds(duration as Duration);
    expect(read).toThrow(RangeError);
    expect(read).toThrow(message);
  });

  test("given any text, then it is read or refused with a RangeError", () => {
    const parts = fc.constantFrom("P", "T", "-", "+", "1", "0", ".", ",", "W", "D", "H", "M", "S");
    const likeDurations = fc.array(parts, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), likeDurations), (text) => {
        try {
          expect(toMilliseconds(text)).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe("toIsoDuration", () => {
  test.each([
    [0, "PT0S"],
    [-5, "PT0S"],
    [500, "PT0.5S"],
    [0.2, "PT0.001S"],
    [1.5 * HOUR, "PT1H30M"],
    [3 * DAY, "P3D"],
    [8 * DAY + 1_001, "P8DT1.001S"],
  ])("given %d ms, then it is %s", (milliseconds, text) => {
    expect(toIsoDuration(milliseconds)).toBe(text);
  });

  test("given any whole number of milliseconds, then reading what was written gives it back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8.64e15 }), (milliseconds) => {
        expect(toMilliseconds(toIsoDuration(milliseconds))).toBe(milliseconds);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (milliseconds) => {
        expect(toMilliseconds(toIsoDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });

  test("given no number, then it is refused", () => {
    expect(() => toIsoDuration(Number.NaN)).toThrow(RangeError);
  });
});

test("given a duration beyond the year 9999, then the moment after it is refused", () => {
  expect(after(new Date(0), "P2900000D").getUTCFullYear()).toBe(9909);
  expect(() => after(new Date(0), "P3000000D")).toThrow("beyond the year 9999");
});
