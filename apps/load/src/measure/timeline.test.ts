import { expect, test } from "vitest";
import { timeline } from "./timeline.ts";

test("given starts and endings, then each second has its own, and what is in flight adds up", () => {
  const sent = [
    { intended: 0, sent: 1, answered: 20, id: "a" },
    { intended: 900, sent: 901, answered: 1_100, id: "b" },
    { intended: 950, sent: 951, answered: 1_000, id: null },
  ];
  const endings = [{ id: "a", intended: 0, ended: 2_500, isCompleted: true }];
  expect(timeline(sent, endings, 1)).toEqual([
    { second: 1, started: 1, completed: 0, inFlight: 1, startP95: 200, completionP95: null },
    { second: 2, started: 1, completed: 0, inFlight: 2, startP95: null, completionP95: null },
    { second: 3, started: 0, completed: 1, inFlight: 1, startP95: null, completionP95: 2_500 },
  ]);
});

test("given that half of the endings were read, then each counts twice", () => {
  const sent = Array.from({ length: 4 }, (_, index) => {
    return { intended: 0, sent: 0, answered: 10, id: String(index) };
  });
  const endings = [0, 1].map((index) => {
    return { id: String(index), intended: 0, ended: 500, isCompleted: true };
  });
  expect(timeline(sent, endings, 0.5)).toMatchObject([{ started: 4, completed: 4, inFlight: 0 }]);
});

test("given an hour and more, then spans are longer and rates still those of a second", () => {
  const sent = [{ intended: 0, sent: 0, answered: 3_600_000, id: "late" }];
  const points = timeline(sent, [], 1);
  expect(points).toHaveLength(601);
  expect(points.at(-1)).toMatchObject({ second: 3_606, started: 1 / 6, inFlight: 1 });
});
