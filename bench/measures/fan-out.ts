import { setTimeout as pause } from "node:timers/promises";
import { median } from "@drover/report";
import { ByHand, BY_HAND } from "../subjects/by-hand.ts";
import { DROVER, Drover } from "../subjects/drover.ts";
import type { Subject } from "../subjects/subject.ts";
import { checkpoint } from "../world/databases.ts";
import { type Ground, type Measure, type Running, withRunning } from "./measure.ts";

/** Milliseconds between two looks whether the join is over. */
const LOOK = 20;

/** What a size is called among the figures. */
export const sizeOf = (size: number) => `of ${size.toLocaleString("en-US")}`;

/** Fan-outs one after the other. @param rowsBeside rows that there are beside the members' */
async function measure(subject: Subject, ground: Ground, rowsBeside: number): Promise<void> {
  const isByHand = subject.name === BY_HAND;
  const run = async (size: number) => {
    const mark = await subject.mark();
    await subject.startOne("fan-out", { size });
    await subject.untilOver(mark, LOOK);
    const { milliseconds } = await subject.span(mark);
    ground.checked(await subject.check(mark, 1, size + rowsBeside));
    await pause(LOOK);
    return milliseconds;
  };
  for (let times = 0; times < 3; times += 1)
    await run(Math.ceil(ground.sizes.warmUp.workflows / 3));
  for (const { size, times, droverAlone } of ground.sizes.fanOuts) {
    if (isByHand && droverAlone === true) continue;
    await checkpoint(ground.servers.databaseUrl);
    const all: number[] = [];
    while (all.length < times) all.push(await run(size));
    const milliseconds = median(all) ?? Number.NaN;
    ground.figure(sizeOf(size), subject.name, "ms", milliseconds);
    // The members and the join.
    const perSecond = ((size + 1) * 1_000) / milliseconds;
    ground.figure(`${sizeOf(size)}, throughput`, subject.name, "steps/s", perSecond);
  }
}

/** @param rowsBeside the join's, and on Drover the group's own */
const part = (name: string, open: (ground: Ground) => Promise<Running>, rowsBeside: number) => ({
  name,
  run: (ground: Ground) =>
    withRunning(
      () => open(ground),
      ({ subject }) => measure(subject, ground, rowsBeside),
    ),
});

/** Steps side by side and one that joins them. */
export const fanOut: Measure = {
  name: "fan-out",
  parts: [
    part(DROVER, ({ servers }) => Drover.start(servers, { workers: 1 }), 2),
    part(BY_HAND, ({ servers }) => ByHand.start(servers, { workers: 1 }), 1),
  ],
};
