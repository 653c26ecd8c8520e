import type { Definition, Execution } from "../http/shapes.ts";

/** How long one execution of a step took; all in milliseconds of the server's clock. */
export interface StepTime {
  readonly step: string;
  readonly type: string;
  /** When nothing was in its way any more but that a worker had to take it. */
  readonly ready: number;
  readonly begun: number;
  readonly ended: number;
  /** Whether it had tries before the one that is told here. */
  readonly retried: boolean;
}

/** Steps that hold a worker from their beginning to their end; all others wait in between. */
const HOLD_A_WORKER: ReadonlySet<string> = new Set(["machine", "gateway"]);

/** @param type of the step */
export function holdsWorker(type: string): boolean {
  return HOLD_A_WORKER.has(type);
}

/**
 * Times of the executions of an instance that have begun and ended. A step where branches meet is
 * ready when the last of them that ended before it began has ended, and not when the first one
 * reached it.
 */
export function stepTimes(executions: readonly Execution[], { edges }: Definition): StepTime[] {
  const forward = executions.filter(({ undoes }) => undoes === null);
  return forward.flatMap((execution) => {
    const { step_name: step, step_type: type, started_at: begun, completed_at: ended } = execution;
    if (begun === null || ended === null) return [];
    const sources = new Set(
      edges.filter(({ target }) => target === step).map((edge) => edge.source),
    );
    const arrivals = forward.flatMap(({ step_name: name, completed_at: moment }) =>
      sources.has(name) && moment !== null && moment <= begun ? [moment] : [],
    );
    const ready = Math.max(execution.created_at, ...(sources.size > 1 ? arrivals : []));
    const retried = execution.attempts.length > 0;
    // Two machines say these moments, whose clocks may be a little apart: no time is negative.
    return [
      { step, type, ready: Math.min(ready, begun), begun, ended: Math.max(ended, begun), retried },
    ];
  });
}

/** What an instance spent in queues alone: no step of it was being executed or waited outside. */
export interface QueueTime {
  /** Milliseconds, altogether. */
  readonly total: number;
  /** In how many stretches. */
  readonly stretches: number;
}

/** Branches that are queued at the same time count once, and not while another one gets on. */
export function queueTime(times: readonly StepTime[]): QueueTime {
  const marks = times
    .flatMap(({ ready, begun, ended }) => [
      { at: ready, queued: 1, busy: 0 },
      { at: begun, queued: -1, busy: 1 },
      { at: ended, queued: 0, busy: -1 },
    ])
    .sort((one, other) => one.at - other.at);
  let [queued, busy, since, total, stretches] = [0, 0, 0, 0, 0];
  let wasQueueing = false;
  for (const mark of marks) {
    if (wasQueueing && mark.at > since) {
      total += mark.at - since;
      stretches += 1;
    }
    queued += mark.queued;
    busy += mark.busy;
    wasQueueing = queued > 0 && busy === 0;
    since = mark.at;
  }
  return { total, stretches };
}
