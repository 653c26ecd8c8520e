import { expect, test } from "vitest";
import { shownDuration, shownNumber, shownShare } from "./figures.ts";

test.each([
  [0, "0 ms"],
  [0.416, "0.42 ms"],
  [0.999, "1 ms"],
  [3.24, "3.2 ms"],
  [99.96, "100 ms"],
  [412.4, "412 ms"],
  [999.7, "1 s"],
  [1_440, "1.4 s"],
  [59_960, "1 min"],
  [125_000, "2 min 5 s"],
  [3_599_600, "1 h"],
  [12_000_000, "3 h 20 min"],
  [-20, "-20 ms"],
  [null, "–"],
])("given %s milliseconds, then they are shown as %s", (milliseconds, shown) => {
  expect(shownDuration(milliseconds)).toBe(shown);
});

test.each([
  [0, "0"],
  [12_345, "12,345"],
  [12_345.6, "12,346"],
  [87.54, "87.5"],
  [0.042_13, "0.0421"],
  [null, "–"],
])("given the number %s, then it is shown as %s", (value, shown) => {
  expect(shownNumber(value)).toBe(shown);
});

test("given a share, then it is shown in percent", () => {
  expect(shownShare(0.1234)).toBe("12.3 %");
});
