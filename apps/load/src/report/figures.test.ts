import { expect, test } from "vitest";
import type { LoadOptions } from "../command/arguments.ts";
import type { Instance } from "../http/shapes.ts";
import { ClockOffset } from "../measure/clock-offset.ts";
import { Ledger } from "../run/ledger.ts";
import type { LoadRun } from "../run/load-run.ts";
import { loadReport } from "./figures.ts";
import { htmlReport } from "./html.ts";
import { textReport } from "./text.ts";

const BEGAN = Date.parse("2026-01-15T09:00:00Z");
const TARGET = {
  origin: "http://drover",
  prefix: "/workflows",
  apiKey: "secret-key",
  connections: 1,
};

const options: LoadOptions = {
  workflow: "w",
  version: null,
  input: null,
  schedule: { profile: "steady", arrivals: "even", rate: 1, duration: 2 },
  seed: 1,
  timeout: 1_000,
  completeTasks: false,
  taskData: null,
  targetP95: 2_000,
  workers: null,
  concurrency: null,
  sample: 10,
};

function instance(id: string, completedAfter: number): Instance {
  return {
    id,
    definition_version: "1.0.0",
    status: "completed",
    started_at: BEGAN,
    completed_at: BEGAN + completedAfter,
  };
}

/** Two starts, the second of which was sent late and answered later; a server whose clock is a minute ahead. */
function aRun(): LoadRun {
  const ledger = new Ledger();
  ledger.sent.push({ intended: 500, sent: 501, answered: 520, id: "a" });
  ledger.sent.push({ intended: 1_500, sent: 1_700, answered: 1_900, id: "b" });
  const clock = new ClockOffset();
  clock.heard(BEGAN + 60_510, BEGAN + 500, BEGAN + 520);
  const definition = { name: "w", version: "1.0.0", edges: [], input_schema: null };
  return {
    options,
    preparation: {
      definition,
      input: {},
      inputFrom: "as given",
      workers: { workers: 2, concurrency: 4, isTold: true },
    },
    tag: "t",
    beganAt: BEGAN,
    scheduled: 2,
    ledger,
    clock,
    counts: { total: 2, completed: 2, failed: 0, canceled: 0, waiting: 0 },
    interrupted: false,
    atRest: true,
  };
}

/** What the server says of them, with one step of 100 ms of which 20 were spent in the queue. */
function whatWasRead() {
  const [a, b] = [instance("a", 61_000), instance("b", 62_500)];
  const step = {
    step_name: "do",
    step_type: "machine",
    status: "succeeded",
    created_at: 0,
    started_at: 20,
    completed_at: 100,
    attempts: [],
    undoes: null,
  };
  const histories = [a, b].map((one) => ({ instance: one, executions: [step] }));
  return {
    instances: new Map([a, b].map((one) => [one.id, one])),
    share: 1,
    histories,
    reasons: [],
  };
}

const report = () => loadReport(aRun(), whatWasRead(), TARGET);

test("given late sending and slow answers, then all latencies count from the intended start", () => {
  expect(report()).toMatchObject({
    startLatency: { count: 2, min: 20, max: 400 },
    generatorLag: { min: 1, max: 200 },
    completionLatency: { min: 500, max: 1_000 },
    clock: { offset: 60_000, uncertainty: 10 },
  });
});

test("given histories, then steps have their delay and execution, and workers an estimate", () => {
  const { steps, workers } = report();
  expect(steps).toMatchObject([
    { step: "do", count: 2, perInstance: 1, queueDelay: { p95: 20 }, execution: { p95: 80 } },
  ]);
  expect(workers).toMatchObject({ needed: 1, present: 2, meanService: 80, stepsPerSecond: 1 });
});

test("given a report, then text and page tell the same, and no key", () => {
  const whole = report();
  for (const told of [textReport(whole), htmlReport(whole), JSON.stringify(whole)]) {
    expect(told).toContain("http://drover/workflows");
    expect(told).not.toContain("secret-key");
  }
  expect(textReport(whole)).toContain("The server's clock is 1 min ahead");
});

test("given nothing that was started, then there is a report of that", () => {
  const run = { ...aRun(), ledger: new Ledger(), clock: new ClockOffset() };
  const nothing = loadReport(
    { ...run, counts: { total: 0, completed: 0, failed: 0, canceled: 0, waiting: 0 } },
    { instances: new Map(), share: 1, histories: [], reasons: [] },
    TARGET,
  );
  expect(nothing).toMatchObject({ startLatency: null, completionLatency: null, workers: null });
  expect(textReport(nothing)).toContain("started");
  expect(htmlReport(nothing)).toContain("</html>");
});
