import { seededDraw } from "../arrivals/seeded-draw.ts";
import type { Station } from "../model/waiting.ts";
import { type Passage, workersNeeded } from "../model/workers-needed.ts";
import type { WorkerFigures } from "../report/load-report.ts";
import type { LoadRun } from "../run/load-run.ts";
import type { Ending } from "./completions.ts";
import { holdsWorker, queueTime, type StepTime } from "./step-times.ts";

const MODEL = "M/M/c (Erlang C) with the Allen–Cunneen correction for M/G/c";

/** A step that waits outside is with a worker twice: before and after. */
const VISITS_OF_WAITING = 2;

/** The steps of an instance that was completed. */
export interface Traced {
  readonly ending: Ending;
  readonly times: readonly StepTime[];
}

/**
 * How many workers would hold the wanted p95 at the highest rate of the load.
 * @param measuredP95 milliseconds from the intended start to completion
 * @returns null when nothing was completed that could be looked at
 */
export function workerFigures(
  run: LoadRun,
  traced: readonly Traced[],
  measuredP95: number | null,
): WorkerFigures | null {
  const { options, preparation } = run;
  const { workers: present, concurrency, isTold: told } = preparation.workers;
  const times = traced.flatMap((one) => one.times);
  const held = times
    .filter(({ type }) => holdsWorker(type))
    .map(({ begun, ended }) => ended - begun);
  if (measuredP95 === null || held.length === 0) return null;
  const visits = held.length + (times.length - held.length) * VISITS_OF_WAITING;
  const stepsPerSecond = (options.schedule.rate * visits) / traced.length;
  const { mean, variation } = moments(held);
  const station: Station = {
    rate: stepsPerSecond / 1_000,
    service: mean,
    variation,
    places: concurrency,
  };
  const target = options.targetP95;
  const need = workersNeeded(
    { station, passages: passagesOf(traced), target, present },
    seededDraw(options.seed),
  );
  if (need === null) return null;
  return {
    model: MODEL,
    target,
    needed: need.workers,
    present,
    concurrency,
    told,
    stepsPerSecond,
    meanService: mean,
    serviceVariation: variation,
    p95WithoutQueue: need.p95WithoutQueue,
    estimatedP95: need.curve.find(({ workers }) => workers === present)?.p95 ?? null,
    measuredP95,
    curve: need.curve,
  };
}

/**
 * The shortest delay of a step is what handing it over takes when nobody is in front of it: more
 * workers do not change that, so it stays with the instance.
 */
function passagesOf(traced: readonly Traced[]): Passage[] {
  const handingOver = new Map<string, number>();
  for (const { step, ready, begun } of traced.flatMap(({ times }) => times)) {
    handingOver.set(step, Math.min(handingOver.get(step) ?? Infinity, begun - ready));
  }
  return traced.map(({ ending, times }) => {
    const { total, stretches } = queueTime(
      times.map((time) => ({ ...time, ready: time.ready + (handingOver.get(time.step) ?? 0) })),
    );
    return { base: Math.max(ending.ended - ending.intended - total, 0), waits: stretches };
  });
}

function moments(values: readonly number[]): { mean: number; variation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variation: mean === 0 ? 0 : squares / mean ** 2 };
}
