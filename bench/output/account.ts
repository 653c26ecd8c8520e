import type { Reached } from "../figures/goals.ts";
import type { BenchResult } from "../run.ts";
import type { Sizes } from "../sizes.ts";

/** All that there is to tell of a run. */
export interface Account {
  readonly result: BenchResult;
  readonly reached: readonly Reached[];
  readonly sizes: Sizes;
  readonly quick: boolean;
  /** The machine and the servers, each in a line. */
  readonly ground: readonly string[];
  /** Seconds. */
  readonly took: number;
}

/** What makes a quick run less than a whole one, in a line; null for a whole one. */
export function caveat({ quick, sizes }: Account): string | null {
  if (!quick) return null;
  const { finished, waiting } = sizes.history;
  const count = (value: number) => value.toLocaleString("en-US");
  return (
    `A quick run: everything in small, and the history has ${count(finished)} finished instances and ` +
    `${count(waiting)} waiting ones instead of 1,000,000 and 100,000. Its figures vary.`
  );
}

/** How busy the machine was while nothing of the bench's own had work. */
export function loadInWords({ result }: Account): string {
  const busy = result.loads.map((load) => load.busy).filter((share) => share !== null);
  const averages = result.loads.map((load) => load.loadAverage);
  const mean = busy.reduce((sum, share) => sum + share, 0) / Math.max(busy.length, 1);
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    `Other work beside the bench kept ${percent(mean)} of all cores busy (at the most ` +
    `${percent(Math.max(0, ...busy))}), seen before each part; load averages, the bench's own work among ` +
    `them, ${Math.min(...averages).toFixed(1)} to ${Math.max(...averages).toFixed(1)}`
  );
}
