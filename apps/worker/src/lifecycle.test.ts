import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  asId,
  HumanStep,
  MachineStep,
  TimerStep,
  WorkflowDefinition,
  type InstanceId,
  type LifecycleEvent,
  type Step,
} from "@drover/engine";
import { pino } from "pino";
import { lifecycleBus } from "./lifecycle-bus.ts";
import { loadLifecycle } from "./load-lifecycle.ts";
import { WorkflowModuleError } from "./load-workflows.ts";
import { fireTimer } from "./process-timer.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

/** Steps one after the other. */
function aChain(steps: Record<string, Step>): WorkflowDefinition {
  const names = Object.keys(steps);
  const edges = names.slice(1).map((target, index) => ({ source: names[index] ?? "", target }));
  const [initialStep = ""] = names;
  return new WorkflowDefinition({ name: "sample", version: "1.2.0", steps, edges, initialStep });
}

/** Each event as its kind, and the step that it is about. */
function inWords(events: readonly LifecycleEvent[]): string[] {
  return events.map((event) =>
    "stepName" in event ? `${event.type} ${event.stepName}` : event.type,
  );
}

function listening(bench: BenchOfOne): LifecycleEvent[] {
  const told: LifecycleEvent[] = [];
  bench.bus.on("*", (event) => told.push(event));
  return told;
}

const statusOf = (bench: BenchOfOne, id: InstanceId) => bench.store.rows.instance(id).status;

describe("what a worker tells", () => {
  test("given a workflow with people and timers, then every event once, in order [scenario 70]", async () => {
    const bench = new BenchOfOne();
    const told = listening(bench);
    const id = await bench.start(
      aChain({
        submit: new MachineStep({ execute: (context) => context.set("n", 1) }),
        review: new HumanStep({ title: "Review" }),
        pause: new TimerStep({ duration: 1 }),
        left_out: new MachineStep({ canExecute: () => false, execute: () => null }),
        publish: new MachineStep({ execute: () => "done" }),
      }),
      { title: "Hello" },
    );
    await bench.processAll();
    expect(inWords(told)).toEqual([
      "workflow.started",
      "step.started submit",
      "step.completed submit",
      "step.started review",
      "task.created review",
      "workflow.waiting review",
    ]);
    expect(told[0]).toMatchObject({
      instanceId: id,
      workflowName: "sample",
      workflowVersion: "1.2.0",
      initialData: { title: "Hello" },
    });

    told.length = 0;
    const [task] = bench.store.rows.tasks.values();
    if (task === undefined) throw new Error("no task");
    await bench.dispatch(id, {
      type: "task.completed",
      taskId: task.taskId,
      completedBy: "ann",
      data: {},
      comment: null,
    });
    await bench.processAll();
    const [timer] = bench.timers;
    if (timer === undefined) throw new Error("no timer");
    bench.ahead = 60_000;
    await fireTimer(bench.services, { ...timer, instanceId: id });
    await bench.processAll();
    expect(inWords(told)).toEqual([
      "step.completed review",
      "step.started pause",
      "workflow.waiting pause",
      "step.completed pause",
      "step.started left_out",
      "step.skipped left_out",
      "step.started publish",
      "step.completed publish",
      "workflow.completed",
    ]);
    expect(told.at(-2)).toMatchObject({ result: "done", durationSeconds: expect.any(Number) });
    expect(told.at(-1)).toMatchObject({ finalStep: "publish" });
  });

  test("given a step that is tried again and fails, then the tries are counted [scenario 70]", async () => {
    const bench = new BenchOfOne();
    const told = listening(bench);
    const instanceId = await bench.start(
      aChain({
        only: new MachineStep({
          retry: { maxAttempts: 2 },
          execute: () => {
            throw new TypeError("broken");
          },
        }),
      }),
    );
    await bench.processAll();
    const [timer] = bench.timers;
    if (timer === undefined) throw new Error("no timer");
    bench.ahead = 60_000;
    await fireTimer(bench.services, { ...timer, instanceId });
    await bench.processAll();
    expect(inWords(told)).toEqual([
      "workflow.started",
      "step.started only",
      "step.retrying only",
      "workflow.waiting only",
      "step.failed only",
      "workflow.failed",
    ]);
    expect(told.slice(2)).toMatchObject([
      { retryCount: 0, error: "broken" },
      {},
      { retryCount: 1, errorType: "TypeError" },
      { failedStep: "only", error: "broken" },
    ]);
  });

  test("given handlers, then they are told after the commit, and what they throw harms nobody", async () => {
    const bench = new BenchOfOne();
    const seen: string[] = [];
    bench.bus.onAll({
      "workflow.completed": ({ instanceId }) => void seen.push(statusOf(bench, instanceId)),
      "step.completed": () => {
        throw new Error("no luck");
      },
    });
    const id = await bench.start(aChain({ only: new MachineStep({ execute: () => null }) }));
    await bench.processAll();
    expect(seen).toEqual(["completed"]);
    expect(statusOf(bench, id)).toBe("completed");
    expect(bench.handlerFaults.map(String)).toEqual(["Error: no luck"]);
  });

  test("given a commit that came too late, then nothing is told of it", async () => {
    const bench = new BenchOfOne();
    const told = listening(bench);
    const id = await bench.start(
      aChain({
        only: new MachineStep({
          execute: async (context) => {
            const instanceId = asId<InstanceId>(context.instanceId);
            await bench.store.dispatch(instanceId, { type: "instance.canceled", reason: "enough" });
          },
        }),
      }),
    );
    await bench.processAll();
    expect(statusOf(bench, id)).toBe("canceled");
    expect(inWords(told)).toEqual(["workflow.started", "step.started only"]);
  });
});

describe("the bus of a worker", () => {
  test("given the level debug, then the log has every event; else it costs nothing", async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const bus = lifecycleBus([], pino({ level: "debug" }, destination));
    const bench = new BenchOfOne();
    bench.bus.on("*", (event) => bus.emit(event));
    await bench.start(aChain({ only: new MachineStep({ execute: () => null }) }));
    await bench.processAll();
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "workflow.started",
      "step.started",
      "step.completed",
      "workflow.completed",
    ]);
    expect(lifecycleBus([], pino({ level: "info" }, destination)).hasHandlers).toBe(false);
  });
});

describe("loadLifecycle", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "drover-lifecycle-"));
    const files = {
      "right.mjs": 'export const lifecycle = { "*": () => {}, "step.failed": async () => {} };',
      "without.mjs": "export const answer = 42;",
      "unknown.mjs": 'export const lifecycle = { "step.exploded": () => {} };',
      "number.mjs": 'export const lifecycle = { "*": 1 };',
      "list.mjs": "export const lifecycle = [];",
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const load = (...names: string[]) => loadLifecycle(names.map((name) => join(folder, name)));

  test("given modules with and without handlers, then each table is found once", async () => {
    const found = await load("right.mjs", "without.mjs", "right.mjs");
    expect(found.map((table) => Object.keys(table))).toEqual([["*", "step.failed"]]);
  });

  test.each([
    ["unknown.mjs", "no event 'step.exploded'"],
    ["number.mjs", "'*' must be a function"],
    ["list.mjs", "must be an object"],
  ])("given %s, then it is said what is wrong", async (file, message) => {
    await expect(load(file)).rejects.toThrow(WorkflowModuleError);
    await expect(load(file)).rejects.toThrow(message);
  });
});
