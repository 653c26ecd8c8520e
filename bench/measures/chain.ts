import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "@drover/report";
import { ByHand, BY_HAND } from "../subjects/by-hand.ts";
import { DROVER, Drover } from "../subjects/drover.ts";
import type { Subject } from "../subjects/subject.ts";
import { CHAIN_STEPS, type Work } from "../workflows/names.ts";
import { CHAIN_LIMITS } from "./limits.ts";
import { type Ground, type Measure, type Part, withRunning } from "./measure.ts";
import { forgetPeaks, tellPeaks } from "./peaks.ts";
import { saturate, warmUp } from "./saturation.ts";

/** Milliseconds between two looks whether one workflow is over; seldom, not to disturb it. */
const LOOK = 20;

export const workersOf = (count: number) => `${count} ${count === 1 ? "worker" : "workers"}`;

/**
 * So many chains, one after the other.
 * @returns when each was asked for, in milliseconds since 1970
 */
async function oneByOne(subject: Subject, work: Work, count: number): Promise<number[]> {
  const begins: number[] = [];
  while (begins.length < count) {
    const before = await subject.mark();
    begins.push(Date.now());
    await subject.startOne(work);
    // Right after the answer a look would find nothing, and take its time from the first steps.
    await pause(LOOK);
    await subject.untilOver(before, LOOK);
  }
  return begins;
}

/** Chains one after the other: from before the request until the last step's end. */
async function latencies(subject: Subject, ground: Ground, work: Work): Promise<number[]> {
  await oneByOne(subject, work, ground.sizes.warmUp.alone);
  const mark = await subject.mark();
  const begins = await oneByOne(subject, work, ground.sizes.latencies);
  ground.checked(await subject.check(mark, begins.length, CHAIN_STEPS));
  const ends = await subject.ends(mark);
  return ends.map((end, index) => end - (begins[index] ?? Number.NaN)).sort((a, b) => a - b);
}

/** A chain of some subject. */
interface Chain {
  readonly workers: number;
  readonly work: Work;
  /** Stands before the names of its figures. */
  readonly title: string;
}

const plain = (workers: number): Chain => ({ workers, work: "chain", title: "" });

/** Of the same steps, which say that they have no effect. */
const PURE: Chain = { workers: 1, work: "pure-chain", title: "pure steps, " };

export const PURE_ONE = `${PURE.title}${workersOf(1)}`;
export const PURE_LATENCY = `${PURE.title}latency p50`;

/** @param begins is told when the warm-up is over and the machine is to be kept busy */
async function measure(
  subject: Subject,
  ground: Ground,
  { workers, work, title }: Chain,
  begins: () => void,
): Promise<void> {
  const rate = await warmUp(subject, work, ground.sizes.warmUp);
  if (workers === 1) {
    const sorted = await latencies(subject, ground, work);
    for (const [share, name] of [
      [0.5, "p50"],
      [0.99, "p99"],
    ] as const) {
      const value = percentile(sorted, share) ?? Number.NaN;
      ground.figure(`${title}latency ${name}`, subject.name, "ms", value);
    }
  }
  begins();
  const steps = await saturate(subject, ground, work, rate, CHAIN_STEPS);
  ground.figure(`${title}${workersOf(workers)}`, subject.name, "steps/s", steps);
}

const drover = (chained: Chain): Part => ({
  name: `${DROVER}, ${chained.title}${workersOf(chained.workers)}`,
  run: (ground) =>
    withRunning(
      () => Drover.start(ground.servers, { workers: chained.workers }),
      async (running) => {
        await measure(running.subject, ground, chained, () => forgetPeaks(running));
        if (chained.workers === 1 && chained !== PURE) tellPeaks(running, ground);
      },
    ),
});

const byHand = (workers: number): Part => ({
  name: `${BY_HAND}, ${workersOf(workers)}`,
  run: (ground) =>
    withRunning(
      () => ByHand.start(ground.servers, { workers }),
      ({ subject }) => measure(subject, ground, plain(workers), () => {}),
    ),
});

/** Ten steps that do nothing, one after the other. */
export const chain: Measure = {
  name: "chain",
  parts: [drover(plain(1)), drover(PURE), byHand(1), ...CHAIN_LIMITS, drover(plain(2)), byHand(2)],
};
