import {
  HumanStep,
  MachineStep,
  NonRetryableError,
  WorkflowContext,
  type JsonObject,
} from "@drover/engine";
import { expect, test } from "vitest";
import { fails, gives, only, path, type Bench, type Scenes } from "../bench.ts";

const RETRY = { maxAttempts: 4, initialInterval: 15, backoffCoefficient: 1, jitter: 0 };

/** Steps that fail: tries, handlers, compensation, retries of instances. */
export function failureScenes(scenes: Scenes, bench: () => Bench): void {
  const broken = scenes.define({
    name: "broken",
    steps: { good: gives(), bad: fails("out of paper"), never: gives() },
    edges: ["good -> bad", "bad -> never"],
  });
  test("given a step that throws, then the instance fails with the message [scenarios 55, 78]", async () => {
    const ended = await bench().run(broken);
    expect(ended).toMatchObject({ status: "failed", error: "out of paper", output: null });
    expect(path(ended)).toEqual(["good", "bad failed"]);
    expect(only(ended, "bad").error).toMatchObject({ type: "Error", message: "out of paper" });
  });

  const silent = scenes.define({
    name: "silent_at_first",
    steps: {
      page: new MachineStep({
        retry: RETRY,
        heartbeatTimeout: 150,
        execute: async (context) => {
          if (context.tryNumber > 1) return { from: context.heartbeatDetails };
          context.heartbeat({ page: 3 });
          // Says nothing more, and would never end by itself.
          await new Promise((_, reject) => {
            context.signal.addEventListener("abort", () => reject(new Error("stopped")));
          });
          return null;
        },
      }),
    },
  });
  test("given code that falls silent, then its next try gets what it has said last", async () => {
    const ended = await bench().run(silent);
    expect(ended).toMatchObject({ status: "completed", output: { from: { page: 3 } } });
    expect(only(ended, "page").failedTries).toBe(1);
  });

  const third = scenes.define({
    name: "third_time_lucky",
    steps: {
      flaky: new MachineStep({
        retry: RETRY,
        execute: (context) => {
          if (context.tryNumber < 3) throw new Error(`try ${context.tryNumber}`);
          return context.tryNumber;
        },
      }),
    },
  });
  test("given a policy and two failures, then it completes at its third try [scenario 65]", async () => {
    const ended = await bench().run(third);
    expect(ended).toMatchObject({ status: "completed", output: 3 });
    expect(only(ended, "flaky")).toMatchObject({ failedTries: 2, status: "succeeded" });
  });

  const used = scenes.define({
    name: "tries_used_up",
    steps: { flaky: new MachineStep({ retry: { ...RETRY, maxAttempts: 2 }, execute: refuse }) },
  });
  test("given no try that is left, then it fails with the last error", async () => {
    const ended = await bench().run(used);
    expect(ended).toMatchObject({ status: "failed", error: "try 2" });
    expect(only(ended, "flaky").failedTries).toBe(1);
  });

  const hopeless = scenes.define({
    name: "hopeless",
    steps: {
      flaky: new MachineStep({
        retry: RETRY,
        execute: () => {
          throw new NonRetryableError("never again");
        },
      }),
    },
  });
  test("given an error that trying again does not help, then there is one try", async () => {
    const ended = await bench().run(hopeless);
    expect(ended).toMatchObject({ status: "failed", error: "never again" });
    expect(only(ended, "flaky").failedTries).toBe(0);
  });

  const handled = scenes.define<{ note: string }>({
    name: "handled",
    steps: {
      bad: new MachineStep({
        execute: () => {
          throw new Error("out of paper");
        },
        onFailure: (context, error) => context.set("note", String(error)),
      }),
      after: gives("went on"),
    },
    edges: ["bad -> after"],
  });
  test("given a handler that returns, then the flow goes on and the step is failed [scenarios 34, G5]", async () => {
    const ended = await bench().run(handled);
    expect(ended).toMatchObject({
      status: "completed",
      output: "went on",
      context: { note: "Error: out of paper" },
    });
    expect(path(ended)).toEqual(["bad failed", "after"]);
  });

  const condition = scenes.define({
    name: "broken_condition",
    steps: { first: gives(), second: gives() },
    edges: ["first -> second if context.get('missing')['x'] > 1"],
  });
  test("given a condition that cannot be asked, then it fails with the reason [scenario 72]", async () => {
    const ended = await bench().run(condition);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("from 'first' to 'second'");
  });

  compensation(scenes, bench);
  retries(scenes, bench);

  test("given a step run by itself that throws, then whoever ran it gets the message [scenario 59]", async () => {
    const step = new MachineStep({ name: "alone", execute: () => refuse(new WorkflowContext()) });
    await expect(bench().engine.executeStep(step, new WorkflowContext())).rejects.toMatchObject({
      code: "STEP_EXECUTION_FAILED",
      message: "Step 'alone' failed: try 1",
    });
  });
  test("given a step run by itself, then it sees the result before, and its changes are kept [scenarios 32, 43]", async () => {
    const context = new WorkflowContext<JsonObject>({ data: { a: 1 } });
    const step = new MachineStep({
      execute: (own) => {
        own.set("b", 2);
        return own.get("_previous_result");
      },
    });
    expect(await bench().engine.executeStep(step, context, "before")).toBe("before");
    expect(context.get("b")).toBe(2);
  });
}

function refuse(context: WorkflowContext): never {
  throw new Error(`try ${context.tryNumber}`);
}

function compensation(scenes: Scenes, bench: () => Bench): void {
  const undoes = (name: string) =>
    new MachineStep({ execute: () => name, compensate: () => `undid ${name}` });
  const saga = scenes.define({
    name: "saga",
    steps: { flight: undoes("flight"), tea: gives(), hotel: undoes("hotel"), car: fails("no car") },
    edges: ["flight -> tea", "tea -> hotel", "hotel -> car"],
  });
  test("given steps that can be undone, then a failure undoes them, the last first", async () => {
    const ended = await bench().run(saga);
    expect(ended).toMatchObject({ status: "failed", error: "no car" });
    const undone = ended.history.filter(({ undoes: what }) => what !== null);
    expect(undone.map(({ stepName, result }) => [stepName, result])).toEqual([
      ["hotel", "undid hotel"],
      ["flight", "undid flight"],
    ]);
    const flight = ended.history.find(({ stepName }) => stepName === "flight");
    expect(undone[1]?.undoes).toBe(flight?.id);
  });

  const badSaga = scenes.define({
    name: "bad_saga",
    steps: {
      flight: undoes("flight"),
      hotel: new MachineStep({
        execute: () => null,
        compensate: () => {
          throw new Error("no refund");
        },
      }),
      car: fails("no car"),
    },
    edges: ["flight -> hotel", "hotel -> car"],
  });
  test("given a compensation that fails, then the others run all the same and the error says so", async () => {
    const ended = await bench().run(badSaga);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("no car");
    expect(ended.error).toContain("compensation of step 'hotel' failed: no refund");
    expect(path(ended)).toEqual(["flight", "hotel", "car failed", "hotel failed", "flight"]);
  });
}

function retries(scenes: Scenes, bench: () => Bench): void {
  const flow = scenes.define<{ paper: number; pages: number }>({
    name: "printer",
    steps: {
      load: new MachineStep({ execute: (context) => context.set("pages", 1) }),
      print: new MachineStep({
        execute: (context) => {
          if (context.get("paper", 0) === 0) throw new Error("out of paper");
          return `printed ${context.get("pages", 0)}`;
        },
      }),
      person: new HumanStep(),
    },
    edges: ["load -> print", "load -> person"],
  });
  test("given a failed instance, then a retry goes on where it stood, with what was patched [scenarios 91, G10]", async () => {
    const failed = await bench().run(flow);
    expect(failed).toMatchObject({ status: "failed", error: "out of paper" });
    await bench().engine.retry(failed.id, { contextPatch: { paper: 5 } });
    const waiting = await bench().waitsAt(failed.id, "person");
    expect(waiting.error).toBeNull();
    await bench().engine.completeHumanTask(failed.id, "person", "bob", {});
    const ended = await bench().over(failed.id);
    expect(ended.status).toBe("completed");
    const succeeded = ended.history.filter(({ status }) => status === "succeeded");
    expect(succeeded.map(({ stepName }) => stepName).toSorted()).toEqual([
      "load",
      "person",
      "print",
    ]);
  });
  test("given a step to retry from, then it begins there again [scenario G10]", async () => {
    const failed = await bench().run(flow);
    await bench().engine.retry(failed.id, { fromStep: "load", contextPatch: { paper: 5 } });
    await bench().waitsAt(failed.id, "person");
    await bench().engine.completeHumanTask(failed.id, "person", "bob", {});
    const ended = await bench().over(failed.id);
    expect(ended.status).toBe("completed");
    expect(path(ended).filter((step) => step === "load")).toHaveLength(2);
  });
  test("given an instance that has not failed, or a step that is not there, then it is refused [scenario 91]", async () => {
    const failed = await bench().run(flow);
    await expect(bench().engine.retry(failed.id, { fromStep: "nowhere" })).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
    });
    await bench().engine.retry(failed.id, { contextPatch: { paper: 5 } });
    await bench().waitsAt(failed.id, "person");
    await expect(bench().engine.retry(failed.id)).rejects.toMatchObject({
      code: "INSTANCE_NOT_FAILED",
    });
  });
}
