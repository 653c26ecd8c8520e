import { describe, expect, test } from "vitest";
import type { PlantedFault } from "./planted.ts";
import { simulateSeries } from "./series.ts";
import { simulate } from "./simulation.ts";
import type { ViolationKind } from "./witness.ts";

/** Runs of every test run; the checker has to find a planted fault within as many. */
const RUNS = 2_000;

/** Milliseconds; a machine that has other things to do takes its time. */
const PATIENCE = 1_800_000;

/** What each planted fault leads to, one of these first. */
const FOUND_AS: readonly (readonly [PlantedFault, readonly ViolationKind[]])[] = [
  ["no-fencing", ["ended step changed", "attempt reused", "token counts wrong"]],
  ["no-sweeper", ["stuck"]],
  ["join-without-lock", ["token counts wrong", "stuck", "terminal instance changed"]],
  ["retry-without-attempt", ["attempt reused", "effect done twice"]],
  ["enqueue-before-commit", ["job before its fact"]],
];

describe("the simulator", () => {
  test(
    `given ${RUNS} runs with faults, then nothing is lost and nothing counts twice`,
    async () => {
      const report = await simulateSeries({ seed: 1, runs: RUNS });
      expect(report.bad).toEqual([]);
      expect(report.effects).toBeGreaterThan(5 * RUNS);
      expect(report.given).toBeGreaterThan(RUNS / 4);
      expect(report.ranAhead).toBeGreaterThan(RUNS / 4);
      expect(report.faults.total).toBeGreaterThan(10 * RUNS);
      const perSecond = Math.round(RUNS / report.seconds);
      process.stdout.write(`${RUNS} simulated runs, ${perSecond} a second\n`);
    },
    PATIENCE,
  );

  test.each(FOUND_AS)(
    "given the planted fault %s, then the checker finds it",
    async (planted, kinds) => {
      const report = await simulateSeries({ seed: 1, runs: RUNS, planted, untilBad: true });
      const [found] = report.bad;
      expect(kinds).toContain(found?.violations[0]?.kind);
      process.stdout.write(`${planted} found in run ${report.runs}\n`);
    },
    PATIENCE,
  );

  test("given a seed, then every run of it goes the same way", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const lines: string[] = [];
      const first = await simulate({ seed });
      const again = await simulate({ seed, tell: (line) => lines.push(line) });
      const { sum, effects, happened, took } = first;
      expect(again).toMatchObject({ effects, happened, took });
      // What is logged is told to those alone who read along.
      expect(lines.length).toBeGreaterThan(0);
      expect((await simulate({ seed })).sum).toBe(sum);
    }
  });

  test("given two seeds, then they go different ways", async () => {
    const [one, other] = [await simulate({ seed: 1 }), await simulate({ seed: 2 })];
    expect(one.sum).not.toBe(other.sum);
  });
});
