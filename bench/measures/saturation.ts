import type { Sizes } from "../sizes.ts";
import type { Subject } from "../subjects/subject.ts";
import type { Work } from "../workflows/names.ts";
import { checkpoint } from "../world/databases.ts";
import type { Ground } from "./measure.ts";

/** Programs go faster once they are warm: so much, about. */
const FASTER = 1.3;

/** Workflows of one measurement, at the most: what waits for the processor is to stay in memory. */
const MOST = 60_000;

/** Milliseconds between two looks whether all is over. */
const LOOK = 50;

/**
 * Runs so many workflows, and as many again until the seconds have passed.
 * @returns workflows a second, in the end
 */
export async function warmUp(
  subject: Subject,
  work: Work,
  { workflows: count, seconds }: Omit<Sizes["warmUp"], "alone">,
): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const mark = await subject.mark();
    await subject.start(work, count);
    await subject.untilOver(mark, LOOK);
    const { milliseconds, workflows } = await subject.span(mark);
    if (performance.now() - begun >= seconds * 1_000) return (workflows / milliseconds) * 1_000;
  }
}

/**
 * Starts workflows as fast as they are taken, enough for the seconds that are wanted, and waits until
 * all are over.
 * @param rate workflows a second that may be expected
 * @param stepsEach of each workflow, every one with a row
 * @returns steps a second, from the first start to the last completion
 */
export async function saturate(
  subject: Subject,
  ground: Ground,
  work: Work,
  rate: number,
  stepsEach: number,
): Promise<number> {
  const wanted = Math.ceil(rate * FASTER * ground.sizes.seconds);
  const count = Math.min(Math.max(wanted, ground.sizes.warmUp.workflows), MOST);
  return runMany(subject, ground, work, count, stepsEach);
}

/** As `saturate`, with as many workflows as are asked for. */
export async function runMany(
  subject: Subject,
  ground: Ground,
  work: Work,
  count: number,
  stepsEach: number,
): Promise<number> {
  await checkpoint(ground.servers.databaseUrl);
  const mark = await subject.mark();
  await subject.start(work, count);
  await subject.untilOver(mark, LOOK);
  const { milliseconds } = await subject.span(mark);
  ground.checked(await subject.check(mark, count, stepsEach));
  return (count * stepsEach * 1_000) / milliseconds;
}
