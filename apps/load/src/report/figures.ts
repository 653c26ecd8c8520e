import { summary } from "@drover/report";
import type { Target } from "../http/drover-client.ts";
import { endings, type Ending } from "../measure/completions.ts";
import type { ReadBack } from "../measure/read-back.ts";
import { stepFigures } from "../measure/step-figures.ts";
import { stepTimes } from "../measure/step-times.ts";
import { timeline } from "../measure/timeline.ts";
import { workerFigures } from "../measure/worker-figures.ts";
import { busy } from "../run/counts.ts";
import type { LoadRun } from "../run/load-run.ts";
import type { InstanceFigures, LoadReport } from "./load-report.ts";
import { notes } from "./notes.ts";

/** Makes the figures of what was written down during the load and read back after it. */
export function loadReport(run: LoadRun, read: ReadBack, { origin, prefix }: Target): LoadReport {
  const { options, preparation, ledger, clock } = run;
  // Each reason that was read stands for as many of those that were not.
  const weight = Math.round(run.counts.failed / read.reasons.length);
  for (const reason of read.reasons) ledger.error("instance", reason, "", weight);
  const over = endings(run, read.instances);
  const { definition } = preparation;
  const traced = read.histories.map(({ instance, executions }) => ({
    ending: over.find(({ id }) => id === instance.id),
    times: stepTimes(executions, definition),
  }));
  const completionLatency = summary(
    over.filter(({ isCompleted }) => isCompleted).map(({ ended, intended }) => ended - intended),
  );
  const generatorLag = summary(ledger.sent.map(({ sent, intended }) => sent - intended));
  const instances = instanceFigures(run);
  const { rate, duration: durationSeconds, profile, arrivals } = options.schedule;
  return {
    format: 1,
    url: `${origin}${prefix}`,
    workflow: definition.name,
    version: definition.version,
    tag: run.tag,
    beganAt: new Date(run.beganAt).toISOString(),
    interrupted: run.interrupted,
    load: {
      profile,
      arrivals,
      rate,
      durationSeconds,
      seed: options.seed,
      input: preparation.inputFrom,
      completesTasks: options.completeTasks,
    },
    instances,
    throughput: throughput(run, instances, over),
    startLatency: summary(startLatencies(run)),
    completionLatency,
    generatorLag,
    taskLatency: summary(ledger.answers),
    clock: { offset: clock.milliseconds, uncertainty: clock.uncertainty },
    steps: stepFigures(traced.map(({ times }) => times)),
    sampled: traced.length,
    errors: ledger.errors,
    workers: workerFigures(
      run,
      traced.flatMap(({ ending, times }) =>
        ending?.isCompleted === true ? [{ ending, times }] : [],
      ),
      completionLatency?.p95 ?? null,
    ),
    timeline: timeline(ledger.sent, over, read.share),
    notes: notes(run, read, instances, generatorLag),
  };
}

function instanceFigures({ scheduled, ledger, counts }: LoadRun): InstanceFigures {
  const started = ledger.sent.filter(({ id }) => id !== null).length;
  return {
    scheduled,
    sent: ledger.sent.length,
    started,
    completed: counts.completed,
    failed: counts.failed,
    canceled: counts.canceled,
    waiting: counts.waiting,
    underWay: busy(counts),
    withoutAnswer: Math.max(counts.total - started, 0),
  };
}

function startLatencies({ ledger }: LoadRun): number[] {
  return ledger.sent
    .filter(({ id }) => id !== null)
    .map(({ intended, answered }) => answered - intended);
}

function throughput(
  { ledger }: LoadRun,
  { started, completed }: InstanceFigures,
  over: readonly Ending[],
): LoadReport["throughput"] {
  const lastAnswer = ledger.sent.reduce((last, { answered }) => Math.max(last, answered), 0);
  const lastEnd = over.reduce((last, { ended }) => Math.max(last, ended), 0);
  return {
    started: lastAnswer === 0 ? null : started / (lastAnswer / 1_000),
    completed: lastEnd === 0 ? null : completed / (lastEnd / 1_000),
  };
}
