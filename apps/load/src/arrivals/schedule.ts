import { momentOf, type Profile, stretches } from "./profile.ts";
import type { Draw } from "./seeded-draw.ts";

export const ARRIVALS = ["poisson", "even"] as const;
type Arrivals = (typeof ARRIVALS)[number];

export interface ScheduleOrder {
  readonly profile: Profile;
  readonly arrivals: Arrivals;
  /** The highest, instances per second. */
  readonly rate: number;
  /** Seconds. */
  readonly duration: number;
}

/**
 * When each instance is to be started, whatever becomes of those before it: fixed before the load
 * begins, so that a server that is slow gets no less to do.
 *
 * Poisson arrivals come as those of many people who know nothing of each other: in clusters and
 * gaps. They are drawn at an even pace of one and then bent by the profile, which gives a Poisson
 * process of just that rate at any time. Even ones keep the same distance.
 * @returns milliseconds since the start, ascending
 */
export function arrivalTimes(order: ScheduleOrder, draw: Draw): number[] {
  const profile = stretches(order.profile, order.rate, order.duration);
  const times: number[] = [];
  // The first even arrival stands in the middle of its share, as all others do.
  let expected = order.arrivals === "even" ? 0.5 : gap(draw);
  for (;;) {
    const moment = momentOf(profile, expected);
    if (moment === null) return times;
    times.push(moment * 1_000);
    expected += order.arrivals === "even" ? 1 : gap(draw);
  }
}

/** Distributed exponentially, one on average. */
function gap(draw: Draw): number {
  return -Math.log(1 - draw());
}
