/** A stretch of time in which the rate goes evenly from one value to another. */
interface Stretch {
  /** Seconds since the start. */
  readonly begin: number;
  readonly end: number;
  /** Instances per second. */
  readonly rateAtBegin: number;
  readonly rateAtEnd: number;
}

export const PROFILES = ["steady", "ramp", "spike"] as const;
export type Profile = (typeof PROFILES)[number];

/** The part of the rate that a spike stands on. */
const SPIKE_BASE = 0.2;
/** When the spike begins and ends, as parts of the duration. */
const SPIKE_BEGIN = 0.4;
const SPIKE_END = 0.6;

/**
 * How many arrivals there are to be at which time.
 * - steady: the rate, all the time.
 * - ramp: evenly from 0 up to the rate.
 * - spike: a fifth of the rate, and from 40 % to 60 % of the time all of it.
 * @param rate the highest, instances per second
 * @param duration seconds
 */
export function stretches(profile: Profile, rate: number, duration: number): Stretch[] {
  const even = (begin: number, end: number, share: number) => ({
    begin: begin * duration,
    end: end * duration,
    rateAtBegin: rate * share,
    rateAtEnd: rate * share,
  });
  switch (profile) {
    case "steady":
      return [even(0, 1, 1)];
    case "ramp":
      return [{ begin: 0, end: duration, rateAtBegin: 0, rateAtEnd: rate }];
    case "spike":
      return [
        even(0, SPIKE_BEGIN, SPIKE_BASE),
        even(SPIKE_BEGIN, SPIKE_END, 1),
        even(SPIKE_END, 1, SPIKE_BASE),
      ];
  }
}

/** How many arrivals are expected until the end. */
export function expectedArrivals(profile: Profile, rate: number, duration: number): number {
  return stretches(profile, rate, duration).reduce((sum, stretch) => sum + areaOf(stretch), 0);
}

/**
 * The moment until which so many arrivals are expected: the inverse of the summed up rate.
 * @param count not necessarily whole
 * @returns seconds since the start; null when the profile never comes to as many
 */
export function momentOf(profile: readonly Stretch[], count: number): number | null {
  let before = 0;
  for (const stretch of profile) {
    const area = areaOf(stretch);
    if (count < before + area) return stretch.begin + timeFor(stretch, count - before);
    before += area;
  }
  return null;
}

function areaOf({ begin, end, rateAtBegin, rateAtEnd }: Stretch): number {
  return ((rateAtBegin + rateAtEnd) / 2) * (end - begin);
}

/** Seconds from the stretch's beginning until `count` arrivals: solves r·t + s·t²/2 = count. */
function timeFor({ begin, end, rateAtBegin, rateAtEnd }: Stretch, count: number): number {
  const slope = (rateAtEnd - rateAtBegin) / (end - begin);
  // This form of the solution divides by no slope, which may be 0.
  return (2 * count) / (rateAtBegin + Math.sqrt(rateAtBegin ** 2 + 2 * slope * count)) || 0;
}
