import { median, shownDuration, shownNumber } from "@drover/report";
import { BARE_LOOP } from "../measures/limits.ts";
import { sizeOf } from "../measures/fan-out.ts";
import { EMPTY, WITH_HISTORY } from "../measures/history.ts";
import { BARE_INSERT } from "../measures/start.ts";
import { PURE_LATENCY, PURE_ONE, workersOf } from "../measures/chain.ts";
import { WORKER_MEMORY } from "../measures/peaks.ts";
import { BY_HAND } from "../subjects/by-hand.ts";
import { DROVER } from "../subjects/drover.ts";
import type { Figures } from "./figures.ts";

/** Asks for a figure of the round at hand; null where there is none. */
type Ask = (measure: string, name: string, subject: string) => number | null;

/** What is to be reached. */
export interface Goal {
  readonly measure: string;
  readonly least: number;
  readonly aim: number;
  /** Which side of the two is good. */
  readonly better: "more" | "less";
  readonly show: (value: number) => string;
  /** From the figures of one round; null where one is missing. */
  readonly of: (ask: Ask) => number | null;
}

export type Verdict = "reaches the aim" | "reaches the least" | "falls short" | "not measured";

/** What came of a goal. */
export interface Reached {
  readonly goal: Goal;
  /** The median of the rounds; null where it was not measured. */
  readonly measured: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict;
}

const times = (value: number) => `${shownNumber(value)} ×`;
const share = (value: number) => value.toFixed(2);
const megabytes = (value: number) => `${shownNumber(value)} MB`;

/** One figure divided by another one of the same round: what disturbs one disturbs the other. */
function ratio(above: readonly [string, string, string], below: readonly [string, string, string]) {
  return (ask: Ask): number | null => {
    const [numerator, denominator] = [ask(...above), ask(...below)];
    return numerator === null || denominator === null ? null : numerator / denominator;
  };
}

/** The larger of those that were measured. */
function largest(...keys: readonly (readonly [string, string, string])[]) {
  return (ask: Ask): number | null => {
    const values = keys.map((key) => ask(...key)).filter((value) => value !== null);
    return values.length === 0 ? null : Math.max(...values);
  };
}

const ONE = workersOf(1);

export const GOALS: readonly Goal[] = [
  {
    measure: "chain, steps/s, 1 worker, to the same by hand",
    least: 5,
    aim: 9,
    better: "more",
    show: times,
    of: ratio(["chain", ONE, DROVER], ["chain", ONE, BY_HAND]),
  },
  {
    measure: "chain, latency p50 of one workflow, to the same by hand",
    least: 0.6,
    aim: 0.4,
    better: "less",
    show: times,
    of: ratio(["chain", "latency p50", DROVER], ["chain", "latency p50", BY_HAND]),
  },
  {
    measure: "chain of pure steps, steps/s, 1 worker, to the same by hand",
    least: 5,
    aim: 9,
    better: "more",
    show: times,
    of: ratio(["chain", PURE_ONE, DROVER], ["chain", ONE, BY_HAND]),
  },
  {
    measure: "chain of pure steps, latency p50, to the same by hand",
    least: 0.6,
    aim: 0.4,
    better: "less",
    show: times,
    of: ratio(["chain", PURE_LATENCY, DROVER], ["chain", "latency p50", BY_HAND]),
  },
  {
    measure: "fan-out of 1,000, speed to the same by hand",
    least: 1.5,
    aim: 2.5,
    better: "more",
    show: times,
    of: ratio(["fan-out", sizeOf(1_000), BY_HAND], ["fan-out", sizeOf(1_000), DROVER]),
  },
  {
    measure: "fan-out of 10,000, time to that of 1,000",
    least: 12,
    aim: 10.5,
    better: "less",
    show: times,
    of: ratio(["fan-out", sizeOf(10_000), DROVER], ["fan-out", sizeOf(1_000), DROVER]),
  },
  {
    measure: "chain, to the same batches written by a bare loop",
    least: 0.4,
    aim: 0.7,
    better: "more",
    show: share,
    of: ratio(["chain", ONE, DROVER], ["chain", "limit", BARE_LOOP]),
  },
  {
    measure: "timer paced, lateness p99",
    least: 15,
    aim: 5,
    better: "less",
    show: shownDuration,
    of: (ask) => ask("timer", "paced, lateness p99", DROVER),
  },
  {
    measure: "timer, 1,000 at once, lateness p99",
    least: 120,
    aim: 60,
    better: "less",
    show: shownDuration,
    of: (ask) => ask("timer", "at once, lateness p99", DROVER),
  },
  {
    measure: "chain with a history, to an empty database",
    least: 0.85,
    aim: 0.95,
    better: "more",
    show: share,
    of: ratio(["history", WITH_HISTORY, DROVER], ["history", EMPTY, DROVER]),
  },
  {
    measure: "start, one by one, to the bare HTTP insert",
    least: 0.5,
    aim: 0.8,
    better: "more",
    show: share,
    of: ratio(["start", "one by one", DROVER], ["start", "one by one", BARE_INSERT]),
  },
  {
    measure: "scale, 4 workers to 1, 20 ms steps",
    least: 3.6,
    aim: 3.9,
    better: "more",
    show: times,
    of: ratio(["scale", workersOf(4), DROVER], ["scale", ONE, DROVER]),
  },
  {
    measure: "worker memory, peak, under saturation and with a history",
    least: 220,
    aim: 150,
    better: "less",
    show: megabytes,
    of: largest(
      ["chain", WORKER_MEMORY, DROVER],
      ["history", `${WITH_HISTORY}, ${WORKER_MEMORY}`, DROVER],
    ),
  },
];

/** @returns for each goal what was measured of it and whether that is enough */
export function judge(goals: readonly Goal[], figures: Figures, rounds: number): Reached[] {
  return goals.map((goal) => {
    const values = Array.from({ length: rounds }, (_, round) =>
      goal.of((measure, name, subject) => figures.at({ measure, name, subject }, round)),
    ).filter((value) => value !== null);
    const measured = median(values);
    return {
      goal,
      measured,
      low: values.length === 0 ? null : Math.min(...values),
      high: values.length === 0 ? null : Math.max(...values),
      verdict: verdict(goal, measured),
    };
  });
}

export function verdict({ least, aim, better }: Goal, measured: number | null): Verdict {
  if (measured === null) return "not measured";
  const reaches = (wanted: number) => (better === "more" ? measured >= wanted : measured <= wanted);
  if (reaches(aim)) return "reaches the aim";
  return reaches(least) ? "reaches the least" : "falls short";
}
