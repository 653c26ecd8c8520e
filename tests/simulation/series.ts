import { seedOfRun } from "./seeds.ts";
import { simulate, type RunReport } from "./simulation.ts";
import { Tally } from "./tally.ts";
import type { PlantedFault } from "./planted.ts";
import type { Violation } from "./witness.ts";

/** A run that has shown what must not be. */
export interface BadRun {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** What many runs have shown. */
export interface SeriesReport {
  readonly runs: number;
  readonly instances: number;
  readonly effects: number;
  /** Claims of executions under a later attempt: after a fault, a retry or a wait. */
  readonly repeatedAttempts: number;
  readonly given: number;
  readonly takenAhead: number;
  readonly ranAhead: number;
  /** Runs of a step's code that had their effect again under an attempt that was claimed before. */
  readonly duplicatedAttempts: number;
  readonly faults: Tally;
  readonly bad: readonly BadRun[];
  readonly seconds: number;
}

export interface SeriesOptions {
  readonly seed: number;
  readonly runs: number;
  readonly planted?: PlantedFault | null;
  /** Ends the series with the first run that shows a violation. */
  readonly untilBad?: boolean;
  readonly tell?: ((line: string) => void) | null;
  /** Told after each run. */
  readonly progress?: (done: number, report: RunReport) => void;
}

/** Runs one simulation after the other, each from a seed of its own. */
export async function simulateSeries(options: SeriesOptions): Promise<SeriesReport> {
  const { seed: series, runs, planted = null, untilBad = false, tell = null } = options;
  const begun = performance.now();
  const bad: BadRun[] = [];
  const faults = new Tally();
  const sums = new Tally();
  let done = 0;
  while (done < runs) {
    if (untilBad && bad.length > 0) break;
    const report = await simulate({ seed: seedOfRun(series, done), planted, tell });
    done += 1;
    const { seed, violations } = report;
    if (violations.length > 0) bad.push({ seed, violations });
    faults.add(report.faults);
    sums.count("instances", report.instances);
    sums.count("effects", report.effects);
    sums.count("repeated", report.repeatedAttempts);
    sums.count("given", report.given);
    sums.count("taken ahead", report.takenAhead);
    sums.count("ran ahead", report.ranAhead);
    const duplicated = violations.filter(({ kind }) => DUPLICATES.has(kind));
    sums.count("duplicated", duplicated.length);
    options.progress?.(done, report);
  }
  return {
    runs: done,
    instances: sums.of("instances"),
    effects: sums.of("effects"),
    repeatedAttempts: sums.of("repeated"),
    given: sums.of("given"),
    takenAhead: sums.of("taken ahead"),
    ranAhead: sums.of("ran ahead"),
    duplicatedAttempts: sums.of("duplicated"),
    faults,
    bad,
    seconds: (performance.now() - begun) / 1_000,
  };
}

const DUPLICATES: ReadonlySet<string> = new Set(["attempt reused", "effect done twice"]);
