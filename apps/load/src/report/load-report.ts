import type { Summary } from "@drover/report";
import type { CurvePoint } from "../model/workers-needed.ts";
import type { ErrorCount } from "../run/ledger.ts";

/**
 * The figures of a load, as `--json` writes them. Durations are milliseconds unless the name says
 * otherwise; rates are instances per second; what could not be measured is null.
 */
export interface LoadReport {
  /** Grows when a member changes its meaning. */
  readonly format: 1;
  readonly url: string;
  readonly workflow: string;
  readonly version: string;
  readonly tag: string;
  readonly beganAt: string;
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  readonly load: {
    readonly profile: string;
    readonly arrivals: string;
    readonly rate: number;
    readonly durationSeconds: number;
    readonly seed: number;
    readonly input: string;
    readonly completesTasks: boolean;
  };
  readonly instances: InstanceFigures;
  readonly throughput: {
    /** Per second of the time in which starts were sent. */
    readonly started: number | null;
    /** Per second from the begin of the load to the last completion. */
    readonly completed: number | null;
  };
  /** From the intended start to the answer. */
  readonly startLatency: Summary | null;
  /** From the intended start to completion, of those that were completed. */
  readonly completionLatency: Summary | null;
  /** From the intended start to when it was really sent: what this machine was too slow for. */
  readonly generatorLag: Summary | null;
  /** Answering a task: from the request to its answer. */
  readonly taskLatency: Summary | null;
  readonly clock: {
    /** How far the server's clock is ahead, as it was corrected. */
    readonly offset: number;
    readonly uncertainty: number;
  };
  /** In the order in which instances first come to them. */
  readonly steps: readonly StepFigures[];
  /** Instances whose steps were looked at. */
  readonly sampled: number;
  readonly errors: readonly ErrorCount[];
  readonly workers: WorkerFigures | null;
  readonly timeline: readonly TimelinePoint[];
  /** What has to be known to read the figures rightly, in sentences. */
  readonly notes: readonly string[];
}

export interface InstanceFigures {
  readonly scheduled: number;
  readonly sent: number;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly canceled: number;
  /** For people, timers, callbacks or signals when the load was over. */
  readonly waiting: number;
  /** Neither over nor waiting then. */
  readonly underWay: number;
  /** Started, although no answer has said so. */
  readonly withoutAnswer: number;
}

export interface StepFigures {
  readonly step: string;
  readonly type: string;
  /** Executions in the sample. */
  readonly count: number;
  readonly perInstance: number;
  /** How many had failed tries before; these are not in `queueDelay`. */
  readonly retried: number;
  /** From being ready until a worker began. */
  readonly queueDelay: Summary | null;
  /** From its beginning to its end: with what it waited for, where `waits`. */
  readonly execution: Summary | null;
  readonly waits: boolean;
}

export interface WorkerFigures {
  readonly model: string;
  readonly target: number;
  /** The fewest that would hold the target; null when no number would. */
  readonly needed: number | null;
  readonly present: number;
  readonly concurrency: number;
  /** Whether the API has told these two. */
  readonly told: boolean;
  /** Executions of steps per second at the highest rate. */
  readonly stepsPerSecond: number;
  readonly meanService: number;
  /** Variance of service by the square of its mean. */
  readonly serviceVariation: number;
  readonly p95WithoutQueue: number;
  /** What the model says of the workers present, beside what was measured. */
  readonly estimatedP95: number | null;
  readonly measuredP95: number;
  readonly curve: readonly CurvePoint[];
}

export interface TimelinePoint {
  /** Seconds since the begin of the load at which the span of this point ends. */
  readonly second: number;
  /** Per second, in this span. */
  readonly started: number;
  readonly completed: number;
  /** Started and not over, at its end. */
  readonly inFlight: number;
  readonly startP95: number | null;
  readonly completionP95: number | null;
}
