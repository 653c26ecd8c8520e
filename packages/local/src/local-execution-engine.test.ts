import {
  HumanStep,
  MachineStep,
  MapGroup,
  TimerStep,
  WorkflowDefinition,
  WorkflowRegistry,
  type Step,
} from "@drover/engine";
import { describe, expect, test } from "vitest";
import { LocalExecutionEngine, type Clock, type EngineEvent } from "./index.ts";

function single(step: Step, version = "1.0.0"): WorkflowDefinition {
  return new WorkflowDefinition({
    name: "single",
    version,
    steps: { step },
    edges: [],
    initialStep: "step",
  });
}

/** Runs until it is told to stop; says when it has begun. */
function hanging() {
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const step = new MachineStep({
    execute: ({ signal }) =>
      new Promise((_, reject) => {
        begun.resolve();
        signal.addEventListener("abort", () => {
          stopped.resolve(signal.reason);
          reject(signal.reason);
        });
      }),
  });
  return { step, begun: begun.promise, stopped: stopped.promise };
}

describe("waiting for an engine", () => {
  test("given a timer that is far away, then the engine is idle, and closing it ends the wait", async () => {
    const engine = new LocalExecutionEngine({
      definitions: [single(new TimerStep({ duration: { days: 60 } }))],
    });
    const { id } = await engine.start("single");
    await engine.idle();
    expect(engine.look(id).status).toBe("waiting");
    const waiting = engine.waitFor(id, "completed");
    engine.close();
    await expect(waiting).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
    await expect(engine.start("single")).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
  });

  test("given an instance that ends otherwise, then who waits is told", async () => {
    const fails = new MachineStep({
      execute: () => {
        throw new Error("broken");
      },
    });
    const engine = new LocalExecutionEngine({ definitions: [single(fails)] });
    const { id } = await engine.start("single");
    await expect(engine.waitFor(id, "completed")).rejects.toMatchObject({
      code: "INSTANCE_ENDED",
      message: `Workflow '${id}' is failed for good: broken`,
    });
    expect(await engine.waitFor(id, ({ error }) => error === "broken")).toMatchObject({ id });
  });
});

describe("running code", () => {
  test("given a cancel, then its signal is aborted and the step is canceled", async () => {
    const { step, begun, stopped } = hanging();
    const engine = new LocalExecutionEngine({ definitions: [single(step)] });
    const { id } = await engine.start("single");
    await begun;
    expect(engine.stepsAtWork).toEqual(["step"]);
    await engine.cancel(id, "enough");
    expect(await stopped).toMatchObject({ code: "STEP_ABORTED" });
    await engine.idle();
    expect(engine.look(id).history).toMatchObject([{ status: "canceled" }]);
  });

  test("given the engine is closed, then its signal is aborted and nothing is written", async () => {
    const { step, begun, stopped } = hanging();
    const engine = new LocalExecutionEngine({ definitions: [single(step)] });
    const { id } = await engine.start("single");
    await begun;
    engine.close();
    expect(await stopped).toMatchObject({ code: "ENGINE_CLOSED" });
    await engine.idle();
    expect(engine.look(id).history).toMatchObject([{ status: "running" }]);
  });

  test("given a concurrency of two, then no more steps run at once", async () => {
    let running = 0;
    let most = 0;
    const item = new MachineStep({
      execute: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    const map = new MapGroup({ items: () => Array.from({ length: 20 }, () => 0), step: item });
    const engine = new LocalExecutionEngine({ definitions: [single(map)], concurrency: 2 });
    const { id } = await engine.start("single");
    await engine.waitFor(id, "completed");
    expect(most).toBe(2);
  });
});

describe("what an engine is given", () => {
  test("given a registry that grows, then new versions can be started", async () => {
    const registry = new WorkflowRegistry();
    const engine = new LocalExecutionEngine({ registry });
    await expect(engine.start("single")).rejects.toMatchObject({ code: "WORKFLOW_NOT_FOUND" });
    for (const version of ["1.0.0", "1.1.0"]) {
      registry.register(single(new MachineStep({ execute: () => version }), version));
      const { id } = await engine.start("single");
      expect((await engine.waitFor(id, "completed")).output).toBe(version);
    }
  });

  test("given a form that nobody could fill in, then it is refused at once", () => {
    const form = { type: "object", properties: { a: { type: "string", pattern: "^(?=a)b$" } } };
    const definitions = [single(new HumanStep({ formSchema: form }))];
    expect(() => new LocalExecutionEngine({ definitions })).toThrow("Form of step 'step'");
  });

  test("given a clock, then timers go by it alone", async () => {
    let now = Date.UTC(2026, 0, 1);
    const alarms = new Set<{ readonly at: number; readonly callback: () => void }>();
    const clock: Clock = {
      now: () => new Date(now),
      wakeAt: (moment, callback) => {
        const alarm = { at: moment.getTime(), callback };
        alarms.add(alarm);
        return () => void alarms.delete(alarm);
      },
    };
    const definitions = [single(new TimerStep({ duration: "P1D" }))];
    const engine = new LocalExecutionEngine({ definitions, clock });
    const { id } = await engine.start("single");
    await engine.idle();
    const [alarm] = alarms;
    expect(alarm?.at).toBe(now + 86_400_000);
    now = alarm?.at ?? 0;
    alarm?.callback();
    const ended = await engine.waitFor(id, "completed");
    expect(ended.completedAt).toEqual(new Date(now));
  });

  test("given somebody who listens, then everything that moves an instance is told once", async () => {
    const told: EngineEvent[] = [];
    const definitions = [single(new HumanStep())];
    const engine = new LocalExecutionEngine({ definitions, onEvent: (each) => told.push(each) });
    const { id } = await engine.start("single");
    await engine.idle();
    await engine.completeHumanTask(id, "step", "bob", { ok: true });
    await engine.waitFor(id, "completed");
    expect(told.map(({ instanceId, event }) => [instanceId, event.type])).toEqual([
      [id, "instance.started"],
      [id, "step.waiting"],
      [id, "task.completed"],
      [id, "step.succeeded"],
    ]);
  });
});

test.each([[null], [50]])(
  "given 10,000 items and a concurrency of %s, then it takes a few seconds",
  { timeout: 10_000 },
  async (concurrency) => {
    const map = new MapGroup({
      items: () => Array.from({ length: 10_000 }, (_, index) => index),
      step: new MachineStep({ execute: ({ item }) => Number(item) + 1 }),
      ...(concurrency === null ? {} : { concurrency }),
    });
    const engine = new LocalExecutionEngine({ definitions: [single(map)] });
    const { id } = await engine.start("single");
    const { output } = await engine.waitFor(id, "completed");
    expect(output).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  },
);
