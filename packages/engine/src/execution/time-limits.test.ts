import { describe, expect, test } from "vitest";
import type { WorkflowContext } from "../context/workflow-context.ts";
import { MachineStep } from "../definition/machine-step.ts";
import type { StepOptions } from "../definition/step.ts";
import { TimerStep } from "../definition/timer-step.ts";
import type { JsonValue } from "../json.ts";
import { anAbortable, ManualTimers } from "../testing/run-ports.ts";
import { running } from "../testing/running.ts";

/** A step whose code goes on until the test ends it. */
function aLongStep(options: StepOptions) {
  const code = Promise.withResolvers<unknown>();
  const started = Promise.withResolvers<WorkflowContext>();
  const step = new MachineStep({
    ...options,
    execute: (context) => {
      started.resolve(context);
      return code.promise;
    },
  });
  return { step, code, started: started.promise };
}

const timedOut = {
  type: "failed",
  handled: false,
  error: {
    type: "StepTimeoutError",
    message: "Step 'step' took longer than its timeout of 5000 ms",
  },
};

describe("a timeout", () => {
  test("given code that is in time, then it succeeds and no alarm is left", async () => {
    const timers = new ManualTimers();
    const { step, code, started } = aLongStep({ timeout: "PT5S", heartbeatTimeout: "PT5S" });
    const outcome = running(step, { timers });
    const context = await started;
    timers.pass(4_999);
    context.set("seen", true);
    code.resolve("done");
    expect(await outcome).toMatchObject({
      type: "succeeded",
      result: "done",
      contextChanges: { seen: true },
    });
    expect(timers.set).toBe(0);
    expect(context.signal.aborted).toBe(false);
  });

  test("given code that ignores its signal, then the try fails all the same", async () => {
    const timers = new ManualTimers();
    const { step, started } = aLongStep({ timeout: { seconds: 5 } });
    const outcome = running(step, { timers });
    const { signal } = await started;
    timers.pass(5_000);
    expect(await outcome).toMatchObject(timedOut);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ code: "STEP_TIMEOUT" });
    expect(timers.set).toBe(0);
  });

  test("given code that stops with an error of its own, then the timeout is the reason", async () => {
    const timers = new ManualTimers();
    const { step, code, started } = aLongStep({ timeout: 5_000 });
    const outcome = running(step, { timers });
    const { signal } = await started;
    signal.addEventListener("abort", () => code.reject(new Error("stopped")));
    timers.pass(5_000);
    expect(await outcome).toMatchObject(timedOut);
  });

  test.each<[string, (code: PromiseWithResolvers<unknown>) => void]>([
    ["a result", (code) => code.resolve("late")],
    ["an error", (code) => code.reject(new Error("late"))],
  ])("given %s that comes late, then it is nobody's", async (_, end) => {
    const timers = new ManualTimers();
    const { step, code } = aLongStep({ timeout: 5_000 });
    const outcome = running(step, { timers });
    timers.pass(5_000);
    expect(await outcome).toMatchObject(timedOut);
    // An unhandled rejection would fail the test run.
    end(code);
    await code.promise.catch(() => null);
  });

  test("given a policy, then a try that took too long is retried, with its own error's name", async () => {
    const timers = new ManualTimers();
    const retry = { maxAttempts: 2, retryOn: ["StepTimeoutError"] };
    const { step, started } = aLongStep({ timeout: 5_000, retry });
    const outcome = running(step, { timers });
    (await started).heartbeat("half of it");
    timers.pass(5_000);
    expect(await outcome).toMatchObject({
      type: "retrying",
      error: { type: "StepTimeoutError" },
      heartbeatDetails: "half of it",
    });
  });

  test("given onFailure, then late code cannot reach what it leaves, nor stop it", async () => {
    const timers = new ManualTimers();
    const { step, started } = aLongStep({
      timeout: 5_000,
      onFailure: async (context) => {
        (await started).set("late", true);
        context.set("handled", !context.signal.aborted);
      },
    });
    const outcome = running(step, { timers });
    const late = await started;
    late.set("early", true);
    late.signal.addEventListener("abort", () => late.set("late", true));
    timers.pass(5_000);
    expect(await outcome).toMatchObject({
      type: "failed",
      handled: true,
      edges: [0, 1],
      contextChanges: { early: true, handled: true },
    });
    expect(await outcome).not.toHaveProperty("contextChanges.late");
  });

  test("given a canExecute that hangs, then it counts too", async () => {
    const timers = new ManualTimers();
    const hanging = new Promise<boolean>(() => {});
    const outcome = running(new MachineStep({ timeout: 5_000, canExecute: () => hanging }), {
      timers,
    });
    timers.pass(5_000);
    expect(await outcome).toMatchObject(timedOut);
  });

  test("given a step that waits for longer, then the wait takes none of its time", async () => {
    const timers = new ManualTimers();
    const step = new TimerStep({ duration: "P3D", timeout: 5_000 });
    expect(await running(step, { timers })).toMatchObject({ type: "waiting" });
    expect(timers.set).toBe(0);
  });

  test("given a signal from outside, then the code gets it, and it is no timeout", async () => {
    const timers = new ManualTimers();
    const outer = anAbortable();
    const { step, code, started } = aLongStep({ timeout: 5_000, retry: { maxAttempts: 9 } });
    const outcome = running(step, { timers, signal: outer.signal });
    const { signal } = await started;
    outer.abort("canceled");
    expect(signal.reason).toBe("canceled");
    code.reject(signal.reason);
    expect(await outcome).toMatchObject({ type: "failed", error: { message: "canceled" } });
  });

  test("given a limit that is no duration, then the step fails in words", async () => {
    expect(await running(new MachineStep({ timeout: "P1Y" }))).toMatchObject({
      type: "failed",
      error: { type: "RangeError" },
    });
  });
});

describe("a heartbeat timeout", () => {
  const silent = {
    type: "failed",
    error: {
      type: "HeartbeatTimeoutError",
      message: "Step 'step' sent no heartbeat for 1000 ms",
    },
  };

  test("given code that never beats, then the try fails", async () => {
    const timers = new ManualTimers();
    const { step, started } = aLongStep({ heartbeatTimeout: "PT1S" });
    const outcome = running(step, { timers });
    const { signal } = await started;
    timers.pass(1_000);
    expect(await outcome).toMatchObject(silent);
    expect(signal.reason).toMatchObject({ code: "HEARTBEAT_TIMEOUT" });
  });

  test("given code that beats in time, then only its silence ends it", async () => {
    const timers = new ManualTimers();
    const told: JsonValue[] = [];
    const { step, started } = aLongStep({ heartbeatTimeout: 1_000 });
    const outcome = running(step, { timers, onHeartbeat: (details) => told.push(details) });
    const context = await started;
    for (const page of [1, 2, 3]) {
      timers.pass(999);
      context.heartbeat({ page });
      expect(timers.set).toBe(1);
    }
    expect(context.signal.aborted).toBe(false);
    timers.pass(1_000);
    expect(await outcome).toMatchObject(silent);
    expect(told).toEqual([{ page: 1 }, { page: 2 }, { page: 3 }]);
  });

  test("given code that beats after its try was over, then nobody hears it", async () => {
    const timers = new ManualTimers();
    const told: JsonValue[] = [];
    const { step, started } = aLongStep({ heartbeatTimeout: 1_000, retry: { maxAttempts: 2 } });
    const outcome = running(step, { timers, onHeartbeat: (details) => told.push(details) });
    const context = await started;
    timers.pass(1_000);
    context.heartbeat("late");
    expect(await outcome).toMatchObject({ type: "retrying", heartbeatDetails: null });
    expect(told).toEqual([]);
    expect(timers.set).toBe(0);
  });

  test("given a timeout as well, then beating does not put that off", async () => {
    const timers = new ManualTimers();
    const { step, started } = aLongStep({ heartbeatTimeout: 1_000, timeout: 1_500 });
    const outcome = running(step, { timers });
    const context = await started;
    timers.pass(900);
    context.heartbeat();
    timers.pass(600);
    expect(await outcome).toMatchObject({ error: { type: "StepTimeoutError" } });
  });
});
