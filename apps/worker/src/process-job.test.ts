import { asId, MachineStep, WorkflowDefinition, type TimerId } from "@drover/engine";
import { newId } from "@drover/db";
import { pino } from "pino";
import { expect, test } from "vitest";
import { processJob } from "./process-job.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

const definition = new WorkflowDefinition({
  name: "single",
  version: "1.0.0",
  steps: { only: new MachineStep({ execute: () => "done" }) },
  edges: [],
  initialStep: "only",
});

test("given a Postgres that does not answer, then the job comes up again and that is told", async () => {
  const bench = new BenchOfOne();
  const id = await bench.start(definition);
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const away = () => Promise.reject(new Error("connect ECONNREFUSED"));
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");

  bench.store.claim = away;
  bench.store.findTimer = away;
  const timer = { kind: "timer", timerId: asId<TimerId>(newId()) } as const;
  for (const job of [{ kind: "step", ...execution } as const, timer]) {
    const verdict = await processJob({ ...bench.services, logger }, job, 1);
    expect(verdict).toEqual({ offerAgainIn: expect.any(Number) });
  }
  expect(lines).toHaveLength(2);
  expect(bench.steps(id)).toEqual(["only scheduled"]);
});

test("given a job that can be worked on, then it is", async () => {
  const bench = new BenchOfOne();
  const id = await bench.start(definition);
  const [execution] = bench.enqueued;
  if (execution === undefined) throw new Error("nothing was enqueued");
  expect(await processJob(bench.services, { kind: "step", ...execution }, 1)).toBe("done");
  expect(bench.steps(id)).toEqual(["only succeeded"]);
});
