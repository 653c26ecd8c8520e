import type { ScheduledExecution, TimerId } from "@drover/engine";
import type { JobsOptions } from "bullmq";

/** What a job carries: ids alone, and a hint. All else is read from Postgres by whoever takes the job. */
export type StepJob =
  | ({ readonly kind: "step" } & ScheduledExecution)
  /** Several that were scheduled in the same moment. */
  | { readonly kind: "steps"; readonly executions: readonly ScheduledExecution[] }
  | { readonly kind: "timer"; readonly timerId: TimerId };

export interface NearTimer {
  readonly timerId: TimerId;
  readonly fireAt: Date;
}

/** A job as BullMQ takes many of them. */
export interface BulkJob {
  readonly name: string;
  readonly data: StepJob;
  readonly opts: JobsOptions;
}

/** A job is a hint: once taken it leaves nothing behind, whatever became of it. */
const HINT = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** The id makes a repeated hint the same hint. BullMQ takes neither bare numbers nor colons. */
export function stepJob(execution: ScheduledExecution): BulkJob {
  return {
    name: "step",
    data: { kind: "step", ...carried(execution) },
    opts: { ...HINT, jobId: `${execution.executionId}.${execution.attempt}` },
  };
}

/** What else it may be known by stays here. */
function carried({ executionId, attempt, isFirst }: ScheduledExecution): ScheduledExecution {
  return { executionId, attempt, ...(isFirst === true ? { isFirst } : {}) };
}

/** Steps of one job, at the most: with more, one worker would hold what others could begin. */
const LARGEST_BUNDLE = 8;

/** Jobs that the steps of one moment are spread over, at the least, for several workers to have some. */
const SPREAD = 4;

/**
 * Jobs for executions that were just scheduled. Where there are many in the same moment, a job carries
 * several of them: what a job costs whoever hands it over, Redis and whoever takes it is most of what a step
 * costs them, and steps that begin together are committed together (docs/performance.md).
 */
export function bundledJobs(executions: readonly ScheduledExecution[]): BulkJob[] {
  const size = Math.min(Math.floor(executions.length / SPREAD), LARGEST_BUNDLE);
  if (size < 2) return executions.map(stepJob);
  return Array.from({ length: Math.ceil(executions.length / size) }, (_, place) =>
    jobOf(executions.slice(place * size, (place + 1) * size)),
  );
}

function jobOf(executions: readonly ScheduledExecution[]): BulkJob {
  const [first, ...more] = executions;
  if (first === undefined) throw new RangeError("a job carries a step at least");
  if (more.length === 0) return stepJob(first);
  return {
    name: "steps",
    data: { kind: "steps", executions: executions.map(carried) },
    // Nobody else hands over what is scheduled for the first time: one id of them names them all.
    opts: { ...HINT, jobId: `${first.executionId}.${first.attempt}.${executions.length}` },
  };
}

export function timerJob({ timerId, fireAt }: NearTimer, now: Date): BulkJob {
  const delay = Math.max(0, fireAt.getTime() - now.getTime());
  return {
    name: "timer",
    data: { kind: "timer", timerId },
    opts: { ...HINT, jobId: `timer.${timerId}`, delay },
  };
}
