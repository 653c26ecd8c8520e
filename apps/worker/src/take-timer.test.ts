import {
  Edge,
  MachineStep,
  TimerStep,
  WorkflowDefinition,
  type InstanceId,
  type JsonValue,
  type WorkflowContext,
} from "@drover/engine";
import { there } from "@drover/engine/testing";
import { processPorts, wait } from "@drover/platform";
import { describe, expect, test } from "vitest";
import type { SetTimer } from "./held-timers.ts";
import { Places } from "./places.ts";
import { processStep, type StepServices } from "./process-step.ts";
import { fireTimer } from "./process-timer.ts";
import { takeTimer } from "./take-timer.ts";
import { BenchOfOne } from "./testing/bench-of-one.ts";

/** Milliseconds until the timers of these tests are due. */
const PAUSE = 60;

interface Run {
  readonly at: number;
  readonly sees: JsonValue;
}

/** What a step's code can see of where it stands. */
function sight(context: WorkflowContext): JsonValue {
  return {
    set: context.get("set") ?? null,
    before: context.get("before") ?? null,
    first: context.result("first") ?? null,
    history: context.stepHistory.map(({ stepName, status }) => `${stepName} ${status}`),
  };
}

/**
 * A worker that is told to hold the timer of a workflow, with what its steps have seen.
 * @param hasCode whether the timer's step has code of its own
 */
async function holding({ hasCode = true } = {}) {
  const runs: Run[] = [];
  const held: SetTimer[] = [];
  const until = (context: WorkflowContext) => {
    context.set("before", 2);
    return new Date(Date.now() + PAUSE);
  };
  class Pause extends TimerStep {
    override getUntil(context: WorkflowContext) {
      return until(context);
    }
    override execute(context: WorkflowContext) {
      runs.push({ at: Date.now(), sees: sight(context) });
      return "waited";
    }
  }
  const first = (context: WorkflowContext) => {
    context.set("set", 1);
    return "from first";
  };
  const definition = new WorkflowDefinition({
    name: "sample",
    version: "1.0.0",
    steps: {
      first: new MachineStep({ execute: first }),
      pause: hasCode ? new Pause() : new TimerStep({ until }),
      last: new MachineStep({
        execute: (context) => void runs.push({ at: Date.now(), sees: sight(context) }),
      }),
    },
    edges: [new Edge("first", "pause"), new Edge("pause", "last")],
    initialStep: "first",
  });
  const bench = new BenchOfOne();
  const id = await bench.start(definition);
  const services: StepServices = {
    ...bench.services,
    heldTimers: {
      hold: (timers) => {
        held.push(...timers);
        return new Set(timers.map(({ timerId }) => timerId));
      },
    },
  };
  await processStep(services, there(bench.enqueued.shift()));
  const timer = there(held[0]);
  const found = there(await bench.store.findTimer(timer.timerId));
  const take = (used = services, dueAt = processPorts.monotonic() + found.dueIn) =>
    takeTimer(used, found, there(timer.known?.step), dueAt);
  const fire = async () => {
    await wait(processPorts.timers, PAUSE);
    await fireTimer(services, found, timer.known?.state);
    await bench.processAll();
  };
  return { bench, services, id, runs, timer, take, fire };
}

/** A worker whose steps take long and that has no place for another one. */
function isFull({ ownWork }: StepServices): Pick<StepServices, "ownWork" | "places"> {
  return { ownWork: { ...ownWork, isBrisk: false }, places: new Places(0, processPorts.timers) };
}

const statusOf = (bench: BenchOfOne, id: InstanceId) => bench.store.rows.instance(id).status;

describe("takeTimer", () => {
  test.each([
    { hasCode: true, runs: 2 },
    { hasCode: false, runs: 1 },
  ])(
    "when a step is taken, then what follows runs when it is due and sees what it would after a claim: %o",
    async ({ hasCode, runs }) => {
      const fired = await holding({ hasCode });
      await fired.fire();
      const taken = await holding({ hasCode });
      expect(await taken.take()).toBe(true);

      expect(taken.runs.map(({ sees }) => sees)).toEqual(fired.runs.map(({ sees }) => sees));
      expect(taken.runs).toHaveLength(runs);
      expect(there(taken.runs[0]).at).toBeGreaterThanOrEqual(taken.timer.fireAt.getTime());
      expect(statusOf(taken.bench, taken.id)).toBe("completed");
      expect(taken.bench.steps(taken.id)).toEqual(fired.bench.steps(fired.id));
    },
  );

  test("while a taken step waits for its time, then it runs in this worker's name", async () => {
    const { bench, services, id, runs, take } = await holding();
    const over = take();
    await wait(processPorts.timers, 10);
    expect(runs).toEqual([]);
    expect(bench.steps(id)).toEqual(["first succeeded", "pause running"]);
    expect(services.running.steps).toHaveLength(1);
    await over;
    expect(services.running.steps).toEqual([]);
  });

  test("given a timer step without code, then it has ended as of that time, and the next one waits for it", async () => {
    const { bench, id, runs, timer, take } = await holding({ hasCode: false });
    const over = take();
    await wait(processPorts.timers, 10);
    expect(runs).toEqual([]);
    expect(bench.steps(id)).toEqual(["first succeeded", "pause succeeded", "last running"]);
    const [, pause, last] = bench.store.rows.executionsOf(id);
    expect(pause?.completedAt).toEqual(timer.fireAt);
    expect(last?.startedAt).toEqual(timer.fireAt);
    await over;
    expect(statusOf(bench, id)).toBe("completed");
  });

  test("given a canceled instance, then nothing is taken, and its timer may be fired in vain", async () => {
    const { bench, id, runs, take } = await holding();
    await bench.dispatch(id, { type: "instance.canceled", reason: "enough" });
    expect(await take()).toBe(false);
    expect(runs).toEqual([]);
  });

  test("when a taken step is canceled before its time, then its code does not run", async () => {
    const { bench, id, runs, take } = await holding();
    const over = take();
    await wait(processPorts.timers, 10);
    await bench.dispatch(id, { type: "instance.canceled", reason: "enough" });
    bench.abortAll();
    expect(await over).toBe(true);
    expect(runs).toEqual([]);
    expect(statusOf(bench, id)).toBe("canceled");
  });

  test.each(["isDraining", "isReserved", "isFull"] as const)(
    "given a worker that is not to begin anything (%s), then nothing is taken",
    async (why) => {
      const { bench, services, id, take } = await holding();
      const unfit: StepServices = {
        ...services,
        ...(why === "isDraining" ? { isDraining: () => true } : {}),
        ...(why === "isFull" ? isFull(services) : {}),
      };
      let release = () => {};
      if (why === "isReserved") {
        const alone = new Promise<void>((resolve) => (release = resolve));
        void services.running.alone(processPorts.timers, () => alone);
      }
      expect(await take(unfit)).toBe(false);
      release();
      expect(bench.steps(id)).toEqual(["first succeeded", "pause waiting"]);
    },
  );

  test("given no place when its time has come, then it leaves the worker's hands for the heartbeat to give away", async () => {
    const { bench, services, id, runs, take } = await holding();
    const places = new Places(0, {
      after: (_, callback) => processPorts.timers.after(1, callback),
    });
    expect(await take({ ...services, places })).toBe(true);
    expect(runs).toEqual([]);
    expect(services.running.steps).toEqual([]);
    const left = await bench.store.releaseExecutions(services.workerId, services.running.steps, 0);
    expect(left).toHaveLength(1);
    expect(bench.steps(id)).toEqual(["first succeeded", "pause scheduled"]);
  });
});
