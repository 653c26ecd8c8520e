import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import type { Chance } from "../../support/chance.ts";
import { disturb, KINDS, type Disturbance, type Ground, type Kind } from "./kinds.ts";

/** A disturbance in its time. */
export interface Happened extends Disturbance {
  /** Milliseconds since the storm began. */
  readonly at: number;
  /** Whether no other one was under way meanwhile: only then its time to recover is its own. */
  readonly alone: boolean;
}

/** Milliseconds between the recovery from one and the beginning of the next. */
const CALM = { least: 500, most: 3_000 } as const;

/** Milliseconds: however slow the machine is, ten minutes hold more than forty disturbances. */
const LONGEST_WAIT = 13_000;

export interface StormOptions {
  /** Milliseconds. */
  readonly duration: number;
  readonly chance: Chance;
  /** Told when one begins and when its recovery is over. */
  readonly tell: (line: string) => void;
  readonly over: AbortSignal;
}

/**
 * Disturbs in rounds: each kind once, in an order that is drawn, until the time is over; the first
 * round is always finished. The next disturbance waits until work has recovered from the one before,
 * but not for ever, and not so long that the first round would not fit.
 */
export async function storm(ground: Ground, options: StormOptions): Promise<Happened[]> {
  const { duration, chance, over } = options;
  const begin = performance.now();
  const happened: Promise<Happened>[] = [];
  const underWay = new Set<{ alone: boolean }>();
  const longest = Math.min(duration / (KINDS.length + 1), LONGEST_WAIT);
  while (!over.aborted && (happened.length < KINDS.length || timeIsLeft(begin, duration))) {
    for (const kind of chance.shuffled(KINDS)) {
      if (over.aborted) break;
      if (happened.length >= KINDS.length && !timeIsLeft(begin, duration)) break;
      const one = strike(kind, ground, begin, happened.length, underWay, options);
      happened.push(one);
      const calm = chance.whole(CALM.least, CALM.most);
      await Promise.race([one.then(() => pause(calm)), pause(longest)]);
    }
  }
  return Promise.all(happened);
}

function timeIsLeft(begin: number, duration: number): boolean {
  return performance.now() - begin < duration;
}

async function strike(
  kind: Kind,
  ground: Ground,
  begin: number,
  number: number,
  underWay: Set<{ alone: boolean }>,
  { chance, tell }: StormOptions,
): Promise<Happened> {
  const at = performance.now() - begin;
  const mine = { alone: underWay.size === 0 };
  for (const other of underWay) other.alone = false;
  underWay.add(mine);
  try {
    const disturbance = await disturb(kind, ground, chance.apart(`disturbance ${number}`));
    const { detail, recovered } = disturbance;
    const took = recovered === null ? "nothing was hit" : `${(recovered / 1_000).toFixed(1)} s`;
    tell(`${number + 1}: ${detail}; recovered: ${took}`);
    return { ...disturbance, at, alone: mine.alone };
  } catch (error) {
    const failed = `${kind} (${number + 1}): ${inspect(error)}`;
    tell(failed);
    return { kind, detail: kind, recovered: null, failed, at, alone: mine.alone };
  } finally {
    underWay.delete(mine);
  }
}
