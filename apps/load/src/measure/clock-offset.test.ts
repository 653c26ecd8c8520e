import { expect, test } from "vitest";
import { ClockOffset } from "./clock-offset.ts";

test("given answers, then the shortest one tells how far the clocks are apart", () => {
  const clock = new ClockOffset();
  clock.heard(10_900, 10_000, 11_000);
  clock.heard(10_215, 10_010, 10_020);
  clock.heard(11_500, 11_000, 11_400);
  expect(clock.milliseconds).toBe(200);
  expect(clock.uncertainty).toBe(5);
});

test("given a difference within what the trip may hide, then nothing is corrected", () => {
  const clock = new ClockOffset();
  clock.heard(10_009, 10_000, 10_010);
  expect(clock.milliseconds).toBe(0);
});

test("given no answer, then nothing is known and nothing corrected", () => {
  expect(new ClockOffset()).toMatchObject({ milliseconds: 0, uncertainty: 0 });
});
