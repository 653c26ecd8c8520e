import { percentile } from "@drover/report";
import type { Draw } from "../arrivals/seeded-draw.ts";
import { type Station, utilization, waiting } from "./waiting.ts";

/** What an instance took apart from its time in queues, and how often it was in one. */
export interface Passage {
  /** Milliseconds from the intended start to completion, without those in queues. */
  readonly base: number;
  /** Times that it waited for a worker. */
  readonly waits: number;
}

export interface CurvePoint {
  readonly workers: number;
  /** How much of their places is taken, from 0 to 1; above 1 is more than they can do. */
  readonly utilization: number;
  /** Milliseconds, estimated; null where the queue would grow without end. */
  readonly p95: number | null;
}

export interface Need {
  /** The fewest workers that would hold the target; null when no number would. */
  readonly workers: number | null;
  /** Milliseconds: what would be left without any queue. */
  readonly p95WithoutQueue: number;
  readonly curve: readonly CurvePoint[];
}

export interface NeedOrder {
  /** `places` are those of one worker. */
  readonly station: Station;
  readonly passages: readonly Passage[];
  /** Milliseconds. */
  readonly target: number;
  /** Workers that the curve has to show besides. */
  readonly present: number;
}

/** Instances that the percentile is estimated with: those measured, again and again. */
const DRAWN = 10_000;
/** Waits of all of them together: a map has thousands. */
const MOST_WAITS = 200_000;
const MOST_WORKERS = 1_000;
/** The curve goes on beyond what is needed. */
const BEYOND = 3;
const LONGEST_CURVE = 60;

/**
 * How the p95 from start to completion depends on the number of workers: what each instance took
 * without its time in queues stays; every wait for a worker is drawn from the model instead.
 * @returns null when there is nothing to go by
 */
export function workersNeeded(order: NeedOrder, draw: Draw): Need | null {
  const { passages, target, present } = order;
  const withoutQueue = percentile(sorted(passages.map(({ base }) => base)), 0.95);
  if (withoutQueue === null || order.station.service <= 0) return null;
  // The same draws for every number of workers, so that more of them never look worse.
  const instances = drawnInstances(passages, draw);
  const p95 = (workers: number) => estimated(order.station, workers, instances);
  const needed =
    withoutQueue > target ? null : firstThat((workers) => (p95(workers) ?? Infinity) <= target);
  const last = Math.max(needed ?? 0, present, leastStable(order.station)) + BEYOND;
  const step = Math.ceil(last / LONGEST_CURVE);
  const numbers = Array.from({ length: Math.ceil(last / step) }, (_, index) => 1 + index * step);
  const curve = numbers.map((workers) => ({
    workers,
    utilization: utilization(placesOf(order.station, workers)),
    p95: p95(workers),
  }));
  return { workers: needed, p95WithoutQueue: withoutQueue, curve };
}

interface DrawnInstance {
  readonly base: number;
  /** A pair for each wait: whether there is one at all, and how long. */
  readonly waits: readonly (readonly [number, number])[];
}

/** Each of those measured equally often, as far as it can be. */
function drawnInstances(passages: readonly Passage[], draw: Draw): DrawnInstance[] {
  const waits = passages.reduce((sum, passage) => sum + passage.waits, 0);
  const rounds = Math.ceil(
    Math.min(DRAWN / passages.length, MOST_WAITS / Math.max(waits, passages.length)),
  );
  return Array.from({ length: rounds }, () => passages)
    .flat()
    .map((passage) => ({
      base: passage.base,
      waits: Array.from({ length: passage.waits }, () => [draw(), draw()] as const),
    }));
}

function estimated(
  station: Station,
  workers: number,
  instances: readonly DrawnInstance[],
): number | null {
  const { share, mean } = waiting(placesOf(station, workers));
  if (!Number.isFinite(mean)) return null;
  const totals = instances.map(({ base, waits }) =>
    waits.reduce(
      (sum, [whether, length]) => sum + (whether < share ? -Math.log(1 - length) * mean : 0),
      base,
    ),
  );
  return percentile(sorted(totals), 0.95);
}

function placesOf(station: Station, workers: number): Station {
  return { ...station, places: station.places * workers };
}

/** With more workers the estimate never grows: the first that fits is found by halving. */
function firstThat(fits: (workers: number) => boolean): number | null {
  let [low, high] = [1, 1];
  while (!fits(high)) {
    if (high >= MOST_WORKERS) return null;
    low = high + 1;
    high = Math.min(high * 2, MOST_WORKERS);
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function leastStable({ rate, service, places }: Station): number {
  return Math.min(Math.floor((rate * service) / places) + 1, MOST_WORKERS);
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other);
}
