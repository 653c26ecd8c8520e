import { drawnFrom } from "./dice.ts";

/**
 * The seed of one run of a series: of the first it is the series' own, so that any run can be had
 * again as the only run of a series.
 */
export function seedOfRun(series: number, run: number): number {
  return run === 0 ? series : drawnFrom(series, "run", run);
}
