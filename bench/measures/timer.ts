import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "@drover/report";
import { ByHand, BY_HAND } from "../subjects/by-hand.ts";
import { DROVER, Drover } from "../subjects/drover.ts";
import type { Subject } from "../subjects/subject.ts";
import { type Ground, type Measure, type Running, withRunning } from "./measure.ts";
import { warmUp } from "./saturation.ts";

const LOOK = 50;

/** Timers that are set in a second where they are paced, and the pause between two. Milliseconds. */
const PACE = 50;
const BETWEEN = 1_000 / PACE;

interface Rows {
  /** Rows that a workflow leaves. */
  readonly each: number;
  /** The name of the step after the timer. */
  readonly after: string;
}

async function atOnce(subject: Subject, ground: Ground): Promise<number> {
  await subject.start("timer", ground.sizes.timersAtOnce);
  return ground.sizes.timersAtOnce;
}

/** By a clock that goes on while a request is under way. */
async function paced(subject: Subject, ground: Ground): Promise<number> {
  const count = ground.sizes.timersPaced;
  const begun = performance.now();
  const starts: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    await pause(Math.max(begun + n * BETWEEN - performance.now(), 0));
    starts.push(subject.startOne("timer"));
  }
  await Promise.all(starts);
  return count;
}

async function measure(subject: Subject, ground: Ground, rows: Rows): Promise<void> {
  await warmUp(subject, "timer", { ...ground.sizes.warmUp, seconds: 0 });
  for (const [name, start] of Object.entries({ "at once": atOnce, paced })) {
    const mark = await subject.mark();
    const count = await start(subject, ground);
    await subject.untilOver(mark, LOOK);
    ground.checked(await subject.check(mark, count, rows.each));
    const late = (await subject.results(mark, rows.after)).sort((a, b) => a - b);
    for (const [share, title] of [
      [0.5, "p50"],
      [0.99, "p99"],
    ] as const) {
      const value = percentile(late, share) ?? Number.NaN;
      ground.figure(`${name}, lateness ${title}`, subject.name, "ms", value);
    }
  }
}

const part = (name: string, open: (ground: Ground) => Promise<Running>, rows: Rows) => ({
  name,
  run: (ground: Ground) =>
    withRunning(
      () => open(ground),
      ({ subject }) => measure(subject, ground, rows),
    ),
});

/** A step, a second, a step: how much later than it was due does the second one begin? */
export const timer: Measure = {
  name: "timer",
  parts: [
    part(DROVER, ({ servers }) => Drover.start(servers, { workers: 1 }), {
      each: 3,
      after: "late",
    }),
    part(BY_HAND, ({ servers }) => ByHand.start(servers, { workers: 1 }), {
      each: 2,
      after: "2",
    }),
  ],
};
