import {
  HumanStep,
  MachineStep,
  MapGroup,
  ParallelGroup,
  SignalStep,
  SubWorkflowStep,
  TimerStep,
  WebhookStep,
  WorkflowDefinition,
  type Duration,
  type Step,
} from "@drover/engine";
import { describe, expect, test } from "vitest";
import { failTimes, takes, testWorkflow } from "./index.ts";

const HOUR = 3_600_000;
const START = new Date("2026-01-05T09:00:00Z");

/** A definition of steps in a row. */
function inARow(
  steps: Record<string, Step>,
  more: { readonly name?: string; readonly deadline?: Duration } = {},
): WorkflowDefinition {
  const names = Object.keys(steps);
  return new WorkflowDefinition({
    name: "row",
    version: "1.0.0",
    ...more,
    steps,
    edges: names.slice(1).map((target, index) => ({ source: names[index] ?? "", target })),
    initialStep: names[0] ?? "",
  });
}

const unreachable = () =>
  new MachineStep({
    execute: () => {
      throw new Error("the real code must not run");
    },
  });

describe("virtual time", () => {
  test("given timers of years, then they fire in their order in no time", async () => {
    const run = await testWorkflow(
      inARow({
        group: new ParallelGroup({
          steps: {
            decade: new TimerStep({ duration: { days: 3_650 } }),
            day: new TimerStep({ duration: "P1D" }),
          },
        }),
        last: new MachineStep({ execute: () => "end" }),
      }),
    );
    await run.advance("23 hours 59 minutes");
    run.expectStep("day").toBeWaiting();
    await run.advance({ minutes: 1 });
    run.expectStep("day").toHaveSucceeded();
    expect(run.now).toEqual(new Date(START.getTime() + 24 * HOUR));
    await run.advanceToEnd();
    run.expectPath(["day", "decade", "group", "last"]);
    expect(run.now).toEqual(new Date(START.getTime() + 3_650 * 24 * HOUR));
  });

  test("given retries, then each try is at its own moment and jitter is the same each time", async () => {
    const retry = { maxAttempts: 3, initialInterval: "PT1M", jitter: 0 };
    const run = await testWorkflow(inARow({ pay: new MachineStep({ retry }) }), {
      steps: { pay: failTimes(2, new Error("down"), { id: "ch_1" }) },
    });
    await run.advance("1 hour");
    const times = run.calls("pay").map(({ at }) => (at.getTime() - START.getTime()) / 60_000);
    expect(times).toEqual([0, 1, 3]);
    expect(run.calls("pay").map(({ tryNumber }) => tryNumber)).toEqual([1, 2, 3]);
    run.expectStep("pay").toHaveFailedTries(2).toHaveResult({ id: "ch_1" });
  });

  test("given code that takes longer than its step may, then the timeout fails the try", async () => {
    const slow = new MachineStep({ timeout: "PT5M", retry: { maxAttempts: 2, jitter: 0 } });
    const run = await testWorkflow(inARow({ slow }), {
      steps: {
        slow: (context, call) =>
          takes(call.number === 1 ? "10 minutes" : "2 minutes", "done")(context, call),
      },
    });
    expect(run.status).toBe("running");
    await run.advance("5 minutes");
    await run.advance("3 minutes");
    run.expectStep("slow").toHaveFailedTries(1).toHaveResult("done");
    expect(run.instance.completedAt).toEqual(new Date(START.getTime() + 421_000));
  });

  test("given code that takes as long as it may, then it is too long", async () => {
    const slow = new MachineStep({ timeout: "PT5M" });
    const run = await testWorkflow(inARow({ slow }), { steps: { slow: takes("5 minutes", 1) } });
    await run.advance("5 minutes");
    expect(run.error).toBe("Step 'slow' took longer than its timeout of 300000 ms");
  });

  test("given a deadline, then it passes before the timer that is later", async () => {
    const run = await testWorkflow(
      inARow({ wait: new TimerStep({ duration: "P3D" }) }, { deadline: "P2D" }),
    );
    await run.advance("5 days");
    expect(run.error).toBe("The workflow did not end before its deadline");
    expect(run.instance.completedAt).toEqual(new Date(START.getTime() + 48 * HOUR));
  });

  test("given a due date, then a task is overdue after it", async () => {
    const run = await testWorkflow(
      inARow({ ask: new HumanStep({ getDueDate: () => ({ days: 2 }) }) }),
    );
    expect(run.tasks[0]?.isOverdue).toBe(false);
    await run.advance("2 days 1 minute");
    expect(run.tasks[0]?.isOverdue).toBe(true);
  });

  test("given real code that does not end, then the test says which, and what to do", async () => {
    const hangs = new MachineStep({ execute: () => new Promise(() => {}) });
    await expect(testWorkflow(inARow({ hangs }), { patience: 50 })).rejects.toThrow(
      "'hangs' did not end within 50 ms",
    );
  });

  test("given a thousand items that take time side by side, then they take it together", async () => {
    const each = new MapGroup({
      items: () => Array.from({ length: 1_000 }, (_, index) => index),
      step: new MachineStep({ name: "one" }),
    });
    const run = await testWorkflow(inARow({ each }), {
      steps: { one: (context, call) => takes("10 minutes", context.item)(context, call) },
    });
    await run.advance("10 minutes");
    run.expectStatus("completed");
    expect(run.calls("one")).toHaveLength(1_000);
  });
});

describe("stubs", () => {
  test("given a stub for a member of a group, then it stands for it, and guards stay", async () => {
    const run = await testWorkflow(
      inARow({
        group: new ParallelGroup({
          steps: {
            inside: unreachable(),
            guarded: new MachineStep({ canExecute: () => false, execute: () => "never" }),
          },
        }),
      }),
      { input: { a: 1 }, steps: { inside: (context) => context.set("b", 2), guarded: () => "x" } },
    );
    run.expectStep("guarded").toBeSkipped();
    expect(run.context).toEqual({ a: 1, b: 2 });
    expect(run.calls("inside")[0]).toMatchObject({ data: { a: 1 }, number: 1 });
    expect(run.calls("guarded")).toEqual([]);
  });

  test("given a stub for a compensation, then it is asked", async () => {
    const undone: string[] = [];
    const pay = new MachineStep({ execute: () => 1, compensate: () => "real" });
    const run = await testWorkflow(inARow({ pay, ship: unreachable() }), {
      steps: { pay: { compensate: ({ currentStep }) => void undone.push(currentStep) } },
    });
    run.expectStatus("failed");
    expect(undone).toEqual(["pay"]);
  });

  test("given a stub for a workflow inside, then none is started", async () => {
    const run = await testWorkflow(inARow({ ask: new SubWorkflowStep({ workflow: "unknown" }) }), {
      steps: { ask: () => ({ paid: true }) },
    });
    expect(run.output).toEqual({ paid: true });
  });

  test("given a stub for a step that is not there, then the test is told", async () => {
    await expect(
      testWorkflow(inARow({ pay: unreachable() }), { steps: { pya: () => 1 } }),
    ).rejects.toThrow("There is no step 'pya' to stub; there are pay");
  });
});

describe("what people and others do", () => {
  test("given workflows inside, then they run in the same time and can be acted on", async () => {
    const child = inARow(
      { rest: new TimerStep({ duration: "P1D" }), ask: new HumanStep() },
      { name: "child" },
    );
    const run = await testWorkflow(inARow({ sub: new SubWorkflowStep({ workflow: "child" }) }), {
      workflows: [child],
    });
    await run.advance("1 day");
    const inside = await run.child("child");
    await inside.completeTask("ask", { ok: true }, { by: "bob" });
    expect([inside.status, run.status, run.output]).toEqual([
      "completed",
      "completed",
      { ok: true },
    ]);
  });

  test("given callbacks, signals and steering, then all that follows has happened afterwards", async () => {
    const definition = inARow({
      pay: new WebhookStep({ getCallbackToken: () => "token" }),
      go: new SignalStep({ contextKey: "go" }),
      ask: new HumanStep(),
      last: new HumanStep(),
    });
    const run = await testWorkflow(definition, { userId: "alice" });
    await run.callback("token", { amount: 1 });
    run.expectStep("go").toBeWaiting();
    await run.pause();
    await run.signal("go", "now");
    run.expectStep("go").toBe("pending");
    await run.resume();
    await run.skip("ask");
    run.expectStep("last").toBeWaiting();
    expect(run.context).toEqual({ webhook_data: { amount: 1 }, go: "now" });
    await run.cancel();
    run.expectStatus("canceled");
  });

  test("given a failure, then a retry goes on", async () => {
    const run = await testWorkflow(inARow({ pay: unreachable() }), {
      steps: { pay: failTimes(1, new Error("down"), "paid") },
    });
    run.expectStep("pay").toHaveFailed("down");
    await run.retry();
    expect(run.output).toBe("paid");
  });
});

describe("expectations that are not met", () => {
  const asked = () =>
    testWorkflow(inARow({ first: new MachineStep({ execute: () => 1 }), ask: new HumanStep() }));

  test("say what was expected, what is, and tell the whole story", async () => {
    const run = await asked();
    expect(() => run.expectPath(["first", "second"])).toThrow(
      /Expected the path first → second\nbut it was {7}first\n.*place 2.*\n\nrow 1\.0\.0: waiting\n {2}\+0 +first succeeded → 1\n {2}\+0 +ask waiting/s,
    );
    expect(() => run.expectStep("first").toHaveFailedTries(2)).toThrow(
      "Expected step 'first' to have 2 failed tries, but it has 0",
    );
    expect(() => run.expectStep("nowhere").toHaveSucceeded()).toThrow("it was never reached");
    expect(() => run.expectStatus("completed")).toThrow("to be completed, but it is waiting");
  });

  test("say what the end waits for", async () => {
    const run = await asked();
    await expect(run.advanceToEnd()).rejects.toThrow("the workflow waits at 'ask' (human)");
  });
});
