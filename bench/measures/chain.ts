import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "@drover/report";
import { ByHand, BY_HAND } from "../subjects/by-hand.ts";
import { DROVER, Drover } from "../subjects/drover.ts";
import type { Subject } from "../subjects/subject.ts";
import { CHAIN_STEPS } from "../workflows/names.ts";
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
async function oneByOne(subject: Subject, count: number): Promise<number[]> {
  const begins: number[] = [];
  while (begins.length < count) {
    const before = await subject.mark();
    begins.push(Date.now());
    await subject.startOne("chain");
    // Right after the answer a look would find nothing, and take its time from the first steps.
    await pause(LOOK);
    await subject.untilOver(before, LOOK);
  }
  return begins;
}

/** Chains one after the other: from before the request until the last step's end. */
async function latencies(subject: Subject, ground: Ground): Promise<number[]> {
  await oneByOne(subject, ground.sizes.warmUp.alone);
  const mark = await subject.mark();
  const begins = await oneByOne(subject, ground.sizes.latencies);
  ground.checked(await subject.check(mark, begins.length, CHAIN_STEPS));
  const ends = await subject.ends(mark);
  return ends.map((end, index) => end - (begins[index] ?? Number.NaN)).sort((a, b) => a - b);
}

/** @param begins is told when the warm-up is over and the machine is to be kept busy */
async function measure(
  subject: Subject,
  ground: Ground,
  workers: number,
  begins: () => void,
): Promise<void> {
  const rate = await warmUp(subject, "chain", ground.sizes.warmUp);
  if (workers === 1) {
    const sorted = await latencies(subject, ground);
    ground.figure("latency p50", subject.name, "ms", percentile(sorted, 0.5) ?? Number.NaN);
    ground.figure("latency p99", subject.name, "ms", percentile(sorted, 0.99) ?? Number.NaN);
  }
  begins();
  const steps = await saturate(subject, ground, "chain", rate, CHAIN_STEPS);
  ground.figure(workersOf(workers), subject.name, "steps/s", steps);
}

const drover = (workers: number): Part => ({
  name: `${DROVER}, ${workersOf(workers)}`,
  run: (ground) =>
    withRunning(
      () => Drover.start(ground.servers, { workers }),
      async (running) => {
        await measure(running.subject, ground, workers, () => forgetPeaks(running));
        if (workers === 1) tellPeaks(running, ground);
      },
    ),
});

const byHand = (workers: number): Part => ({
  name: `${BY_HAND}, ${workersOf(workers)}`,
  run: (ground) =>
    withRunning(
      () => ByHand.start(ground.servers, { workers }),
      ({ subject }) => measure(subject, ground, workers, () => {}),
    ),
});

/** Ten steps that do nothing, one after the other. */
export const chain: Measure = {
  name: "chain",
  parts: [drover(1), byHand(1), ...CHAIN_LIMITS, drover(2), byHand(2)],
};
