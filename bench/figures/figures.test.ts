import { expect, test } from "vitest";
import { Figures, type FigureKey } from "./figures.ts";

const SPEED: FigureKey = {
  measure: "chain",
  name: "1 worker",
  subject: "Drover",
  unit: "steps/s",
};

test("given three rounds, then a figure is their median and range", () => {
  const figures = new Figures();
  for (const [round, value] of [300, 100, 200].entries()) figures.add(SPEED, round, value);
  expect(figures.list()).toEqual([
    { ...SPEED, values: [300, 100, 200], median: 200, low: 100, high: 300 },
  ]);
});

test("given a round that did not come to a figure, then the others count", () => {
  const figures = new Figures();
  figures.add(SPEED, 0, 100);
  figures.add(SPEED, 2, 300);
  expect(figures.list()).toMatchObject([{ values: [100, null, 300], median: 200 }]);
  expect(figures.at(SPEED, 1)).toBeNull();
  expect(figures.at(SPEED, 2)).toBe(300);
});

test("given figures of one name and several subjects, then they are kept apart, in their order", () => {
  const figures = new Figures();
  figures.add({ ...SPEED, subject: "by hand" }, 0, 1);
  figures.add(SPEED, 0, 2);
  expect(figures.list().map(({ subject, median }) => [subject, median])).toEqual([
    ["by hand", 1],
    ["Drover", 2],
  ]);
});
