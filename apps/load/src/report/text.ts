import { shownDuration, shownNumber, shownShare, type Summary, textTable } from "@drover/report";
import type { LoadReport, WorkerFigures } from "./load-report.ts";

const SHARES = ["count", "mean", "p50", "p90", "p95", "p99", "max"] as const;

/** The report for a terminal. */
export function textReport(report: LoadReport): string {
  const { errors, workers, notes } = report;
  return [
    heading(report),
    instances(report),
    "latency\n" + latencies(report),
    ...(report.steps.length === 0 ? [] : [steps(report)]),
    ...(workers === null ? [] : [neededWorkers(workers)]),
    ...(errors.length === 0
      ? []
      : [
          "errors\n" +
            textTable(
              ["during", "kind", "count", "for example"],
              errors.map((one) => [one.during, one.kind, shownNumber(one.count), one.example]),
            ),
        ]),
    ...(notes.length === 0 ? [] : [`${notes.join("\n")}\n`]),
  ].join("\n");
}

/** What kind of load it was, in one line. */
export function described({ load }: LoadReport): string {
  return (
    `${load.profile}, ${shownNumber(load.rate)}/s for ${shownDuration(load.durationSeconds * 1_000)}, ` +
    `${load.arrivals} arrivals, seed ${load.seed}`
  );
}

/** Names of latencies and their figures. */
export function latencyRows(report: LoadReport): [string, Summary][] {
  const rows: [string, Summary | null][] = [
    ["start request", report.startLatency],
    ["start to completion", report.completionLatency],
    ["answering a task", report.taskLatency],
    ["generator lag", report.generatorLag],
  ];
  return rows.flatMap(([name, figures]) => (figures === null ? [] : [[name, figures]]));
}

/** A row of a table as `SUMMARY_HEADER` names its columns. */
export function summaryCells(figures: Summary | null): string[] {
  return SHARES.map((share) =>
    share === "count" ? shownNumber(figures?.count ?? 0) : shownDuration(figures?.[share] ?? null),
  );
}

export const SUMMARY_HEADER: readonly string[] = SHARES;

/** What the model comes to, in sentences. */
export function workerSentences(workers: WorkerFigures): string[] {
  const { needed, target, present, concurrency, told, estimatedP95 } = workers;
  const of = `of ${concurrency} steps at once`;
  return [
    needed === null
      ? `No number of workers would hold a p95 of ${shownDuration(target)}: without any queue ` +
        `it would be ${shownDuration(workers.p95WithoutQueue)}, which start requests, steps themselves ` +
        "and what they wait for outside take."
      : `About ${shownNumber(needed)} ${needed === 1 ? "worker" : "workers"} ${of} would hold a p95 ` +
        `of ${shownDuration(target)} from start to completion at the highest rate.`,
    `An estimate by ${workers.model}: ${shownNumber(workers.stepsPerSecond)} executions per second ` +
      `of ${shownDuration(workers.meanService)} each (variation ${shownNumber(workers.serviceVariation)}). ` +
      "It takes processors and Postgres not to be the limit.",
    `With the ${present} of this run${told ? "" : " (as was said, not told by the API)"} the model ` +
      `gives ${estimatedP95 === null ? "a queue that grows" : shownDuration(estimatedP95)}; ` +
      `measured were ${shownDuration(workers.measuredP95)}.`,
  ];
}

function heading(report: LoadReport): string {
  return (
    `${report.workflow} ${report.version} on ${report.url}: ${described(report)}\n` +
    `input ${report.load.input}; tag ${report.tag}\n`
  );
}

function instances({ instances: figures, throughput }: LoadReport): string {
  const rows: [string, number, number | null][] = [
    ["scheduled", figures.scheduled, null],
    ["started", figures.started, throughput.started],
    ["started without an answer", figures.withoutAnswer, null],
    ["not started", figures.sent - figures.started, null],
    ["completed", figures.completed, throughput.completed],
    ["failed", figures.failed, null],
    ["canceled", figures.canceled, null],
    ["waiting", figures.waiting, null],
    ["under way", figures.underWay, null],
  ];
  const always = new Set(["scheduled", "started", "completed", "failed"]);
  return textTable(
    ["instances", "", "per second"],
    rows
      .filter(([name, count]) => count > 0 || always.has(name))
      .map(([name, count, rate]) => [
        name,
        shownNumber(count),
        rate === null ? "" : shownNumber(rate),
      ]),
  );
}

function latencies(report: LoadReport): string {
  const rows = latencyRows(report).map(([name, figures]) => [name, ...summaryCells(figures)]);
  return textTable(["", ...SUMMARY_HEADER], rows);
}

function steps(report: LoadReport): string {
  const rows = report.steps.map(({ step, type, count, queueDelay, execution }) => [
    step,
    type,
    shownNumber(count),
    ...[queueDelay, execution].flatMap((figures) => [
      shownDuration(figures?.p50 ?? null),
      shownDuration(figures?.p95 ?? null),
      shownDuration(figures?.p99 ?? null),
    ]),
  ]);
  const header = [
    "step",
    "type",
    "count",
    "queue p50",
    "p95",
    "p99",
    "execution p50",
    "p95",
    "p99",
  ];
  return (
    `steps of ${shownNumber(report.sampled)} instances\n${textTable(header, rows)}` +
    (report.steps.some(({ waits }) => waits)
      ? "execution of steps that are not machine or gateway has what they waited for in it\n"
      : "")
  );
}

function neededWorkers(workers: WorkerFigures): string {
  const curve = workers.curve.map((point) => [
    shownNumber(point.workers),
    shownShare(point.utilization),
    point.p95 === null ? "grows" : shownDuration(point.p95),
  ]);
  return (
    `workers\n${workerSentences(workers).join("\n")}\n` +
    textTable(["workers", "taken", "p95"], curve.slice(0, 12))
  );
}
