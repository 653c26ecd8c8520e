import { type Block, htmlPage, shownDuration, shownNumber } from "@drover/report";
import type { LoadReport, TimelinePoint, WorkerFigures } from "./load-report.ts";
import { described, latencyRows, SUMMARY_HEADER, summaryCells, workerSentences } from "./text.ts";

/** The report as a page for a browser. */
export function htmlReport(report: LoadReport): string {
  return htmlPage({
    title: `Load on ${report.workflow} ${report.version}`,
    subtitle: `${described(report)}; on ${report.url} at ${report.beganAt}, tag ${report.tag}`,
    blocks: [
      outcome(report),
      ...(report.notes.length === 0
        ? []
        : [{ kind: "text", heading: "To know", paragraphs: report.notes } as const]),
      ...timelines(report.timeline),
      {
        kind: "table",
        heading: "Latency",
        note: "Counted from when a start was to be sent, whether the server was ready for it or not.",
        header: ["", ...SUMMARY_HEADER],
        rows: latencyRows(report).map(([name, figures]) => [name, ...summaryCells(figures)]),
      },
      ...steps(report),
      ...(report.workers === null ? [] : workers(report.workers)),
      ...errors(report),
    ],
  });
}

function outcome({ instances, throughput }: LoadReport): Block {
  const bad = (count: number) =>
    count === 0 ? shownNumber(count) : ({ text: shownNumber(count), verdict: "bad" } as const);
  return {
    kind: "table",
    header: [
      "started",
      "completed",
      "failed",
      "not started",
      "waiting",
      "started/s",
      "completed/s",
    ],
    rows: [
      [
        shownNumber(instances.started),
        shownNumber(instances.completed),
        bad(instances.failed),
        bad(instances.sent - instances.started),
        shownNumber(instances.waiting),
        shownNumber(throughput.started),
        shownNumber(throughput.completed),
      ],
    ],
  };
}

function timelines(points: readonly TimelinePoint[]): Block[] {
  const x = { label: "seconds since the begin", values: points.map(({ second }) => second) };
  const of = (name: string, valueOf: (point: TimelinePoint) => number | null) => ({
    name,
    values: points.map((point) => valueOf(point)),
  });
  return [
    {
      kind: "lines",
      heading: "Started and completed",
      x,
      unit: "per second",
      series: [of("started", (at) => at.started), of("completed", (at) => at.completed)],
    },
    {
      kind: "lines",
      heading: "In flight",
      note: "Instances that are started and not over, those that wait among them.",
      x,
      unit: "instances",
      series: [of("in flight", (at) => at.inFlight)],
    },
    {
      kind: "lines",
      heading: "p95 by second",
      note: "Of start requests by when they were to be sent, of completions by when they were.",
      x,
      unit: "ms",
      series: [
        of("start request", (at) => at.startP95),
        of("start to completion", (at) => at.completionP95),
      ],
    },
  ];
}

function steps(report: LoadReport): Block[] {
  if (report.steps.length === 0) return [];
  const bars = report.steps.flatMap(({ step, queueDelay, execution }) =>
    [
      { series: "queue delay", figures: queueDelay },
      { series: "execution", figures: execution },
    ].flatMap(({ series, figures }) =>
      figures === null
        ? []
        : [
            {
              label: step,
              series,
              value: figures.p95,
              range: { low: figures.p50, high: figures.p99 },
            },
          ],
    ),
  );
  return [
    {
      kind: "bars",
      heading: "Queue delay and execution by step",
      note:
        `p95 of ${shownNumber(report.sampled)} instances; the whisker goes from p50 to p99. ` +
        "Execution of steps that wait for people, timers and others has that wait in it.",
      bars,
      format: shownDuration,
    },
    {
      kind: "table",
      header: ["step", "type", "of", ...SUMMARY_HEADER],
      rows: report.steps.flatMap(({ step, type, queueDelay, execution }) => [
        [step, type, "queue delay", ...summaryCells(queueDelay)],
        [step, type, "execution", ...summaryCells(execution)],
      ]),
    },
  ];
}

function workers(figures: WorkerFigures): Block[] {
  const { curve, target } = figures;
  return [
    { kind: "text", heading: "Workers needed", paragraphs: workerSentences(figures) },
    {
      kind: "lines",
      note: "Where the line is missing, more comes than so many workers can do.",
      x: { label: "workers", values: curve.map((point) => point.workers) },
      unit: "ms",
      series: [
        { name: "estimated p95", values: curve.map(({ p95 }) => p95) },
        { name: "target", values: curve.map(() => target) },
      ],
    },
  ];
}

function errors({ errors: counted }: LoadReport): Block[] {
  if (counted.length === 0) return [];
  return [
    {
      kind: "table",
      heading: "Errors",
      header: ["during", "kind", "count", "for example"],
      rows: counted.map((one) => [one.during, one.kind, shownNumber(one.count), one.example]),
    },
  ];
}
