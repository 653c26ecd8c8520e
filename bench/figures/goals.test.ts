import { describe, expect, test } from "vitest";
import { Figures, type Unit } from "./figures.ts";
import { GOALS, judge, type Goal, verdict } from "./goals.ts";

const MORE: Pick<Goal, "least" | "aim" | "better"> = { least: 5, aim: 9, better: "more" };
const LESS: Pick<Goal, "least" | "aim" | "better"> = { least: 15, aim: 5, better: "less" };

describe("given a goal where more is better", () => {
  test.each([
    [9, "reaches the aim"],
    [8.99, "reaches the least"],
    [5, "reaches the least"],
    [4.99, "falls short"],
    [null, "not measured"],
  ])("when %s is measured, then it %s", (measured, wanted) => {
    expect(verdict(goal(MORE), measured)).toBe(wanted);
  });
});

describe("given a goal where less is better", () => {
  test.each([
    [5, "reaches the aim"],
    [5.01, "reaches the least"],
    [15, "reaches the least"],
    [15.01, "falls short"],
  ])("when %s is measured, then it %s", (measured, wanted) => {
    expect(verdict(goal(LESS), measured)).toBe(wanted);
  });
});

describe("given figures of three rounds", () => {
  const figures = figuresOf([
    ["chain", "1 worker", "Drover", "steps/s", [5_000, 9_000, 12_000]],
    ["chain", "1 worker", "by hand", "steps/s", [1_000, 1_000, 2_000]],
    ["chain", "limit", "the same batches alone", "steps/s", [10_000, 10_000, 20_000]],
    ["chain", "latency p50", "Drover", "ms", [10, 10, 10]],
    ["chain", "latency p50", "by hand", "ms", [20, 40, 10]],
    ["chain", "pure steps, 1 worker", "Drover", "steps/s", [9_000, 9_000, 20_000]],
    ["chain", "pure steps, latency p50", "Drover", "ms", [6, 16, 6]],
    ["fan-out", "of 1,000", "Drover", "ms", [200, 200, 200]],
    ["fan-out", "of 1,000", "by hand", "ms", [400, 400, 400]],
    ["fan-out", "of 10,000", "Drover", "ms", [2_600, 2_600, 2_600]],
    ["timer", "paced, lateness p99", "Drover", "ms", [4, 5, 6]],
    ["timer", "at once, lateness p99", "Drover", "ms", [200, 100, 130]],
    ["history", "empty", "Drover", "steps/s", [1_000, 1_000, 1_000]],
    ["history", "with a history", "Drover", "steps/s", [900, 900, 900]],
    ["start", "one by one", "Drover", "per second", [1_700, 1_700, 1_700]],
    ["start", "one by one", "the bare HTTP insert", "per second", [2_000, 2_000, 2_000]],
    ["scale", "1 worker", "Drover", "steps/s", [700, 700, 700]],
    ["scale", "4 workers", "Drover", "steps/s", [2_660, 2_660, 2_660]],
    ["chain", "memory of the worker, peak", "Drover", "MB", [100, 100, 100]],
    ["history", "with a history, memory of the worker, peak", "Drover", "MB", [230, 230, 230]],
  ]);

  test("when they are judged, then each goal has the median of the rounds' own ratios", () => {
    const told = judge(GOALS, figures, 3).map((one) => [
      one.goal.measure,
      Number(one.measured?.toFixed(3)),
      one.verdict,
    ]);
    expect(told).toEqual([
      ["chain, steps/s, 1 worker, to the same by hand", 6, "reaches the least"],
      ["chain, latency p50 of one workflow, to the same by hand", 0.5, "reaches the least"],
      ["chain of pure steps, steps/s, 1 worker, to the same by hand", 9, "reaches the aim"],
      ["chain of pure steps, latency p50, to the same by hand", 0.4, "reaches the aim"],
      ["fan-out of 1,000, speed to the same by hand", 2, "reaches the least"],
      ["fan-out of 10,000, time to that of 1,000", 13, "falls short"],
      ["chain, to the same batches written by a bare loop", 0.6, "reaches the least"],
      ["timer paced, lateness p99", 5, "reaches the aim"],
      ["timer, 1,000 at once, lateness p99", 130, "falls short"],
      ["chain with a history, to an empty database", 0.9, "reaches the least"],
      ["start, one by one, to the bare HTTP insert", 0.85, "reaches the aim"],
      ["scale, 4 workers to 1, 20 ms steps", 3.8, "reaches the least"],
      ["worker memory, peak, under saturation and with a history", 230, "falls short"],
    ]);
  });

  test("when one is judged, then its range is that of the rounds", () => {
    expect(judge(GOALS, figures, 3)[0]).toMatchObject({ low: 5, high: 9 });
  });
});

test("given a figure that is missing, then what needs it was not measured", () => {
  const figures = figuresOf([["chain", "1 worker", "Drover", "steps/s", [5_000]]]);
  const [first] = judge(GOALS, figures, 1);
  expect(first).toMatchObject({ measured: null, low: null, verdict: "not measured" });
});

test("given all goals, then the aim is never easier than the least", () => {
  for (const { least, aim, better, measure } of GOALS) {
    expect(better === "more" ? aim > least : aim < least, measure).toBe(true);
  }
});

function goal(parts: Pick<Goal, "least" | "aim" | "better">): Goal {
  return { ...parts, measure: "", show: String, of: () => null };
}

function figuresOf(
  rows: readonly (readonly [string, string, string, Unit, readonly number[]])[],
): Figures {
  const figures = new Figures();
  for (const [measure, name, subject, unit, values] of rows) {
    for (const [round, value] of values.entries()) {
      figures.add({ measure, name, subject, unit }, round, value);
    }
  }
  return figures;
}
