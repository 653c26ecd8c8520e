import type { ExecutionId, ScheduledExecution, TimerId } from "@drover/engine";
import type { JobsOptions } from "bullmq";

/** What a job carries: ids alone. All else is read from Postgres by whoever takes the job. */
export type StepJob =
  | { readonly kind: "step"; readonly executionId: ExecutionId; readonly attempt: number }
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
export function stepJob({ executionId, attempt }: ScheduledExecution): BulkJob {
  return {
    name: "step",
    data: { kind: "step", executionId, attempt },
    opts: { ...HINT, jobId: `${executionId}.${attempt}` },
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
