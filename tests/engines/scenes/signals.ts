import { SignalStep, TimerStep } from "@drover/engine";
import { expect, test } from "vitest";
import { gives, path, type Bench, type Scenes } from "../bench.ts";

/** Signals from outside: early, late, twice, never. */
export function signalScenes(scenes: Scenes, bench: () => Bench): void {
  const order = scenes.define({
    name: "signaled",
    steps: {
      before: new TimerStep({ duration: 40 }),
      paid: new SignalStep({ signal: "payment", contextKey: "payment" }),
      after: gives("end"),
    },
    edges: ["before -> paid", "paid -> after"],
  });

  test("given a step that waits, then the signal's payload is its result and in the context", async () => {
    const id = await bench().started(order);
    await bench().waitsAt(id, "paid");
    await bench().engine.signal(id, "payment", { amount: 3 });
    const ended = await bench().over(id);
    expect(ended.context).toEqual({ payment: { amount: 3 } });
    expect(path(ended)).toEqual(["before", "paid", "after"]);
  });

  test("given a signal that comes before its step, then the step takes it at once", async () => {
    const id = await bench().started(order);
    await bench().engine.signal(id, "payment", "early");
    const ended = await bench().over(id);
    expect(ended.context).toEqual({ payment: "early" });
  });

  const two = scenes.define({
    name: "signaled_twice",
    steps: {
      before: new TimerStep({ duration: 40 }),
      first: new SignalStep({ signal: "go", contextKey: "first" }),
      second: new SignalStep({ signal: "go", contextKey: "second" }),
    },
    edges: ["before -> first", "first -> second"],
  });
  test("given two early signals, then they are taken in the order in which they came", async () => {
    const id = await bench().started(two);
    await bench().engine.signal(id, "go", 1);
    await bench().engine.signal(id, "go", 2);
    expect((await bench().over(id)).context).toEqual({ first: 1, second: 2 });
  });

  test("given the same signal twice, then it counts once", async () => {
    const id = await bench().started(two);
    await bench().engine.signal(id, "go", 1, { id: "one" });
    await bench().engine.signal(id, "go", 1, { id: "one" });
    await bench().waitsAt(id, "second");
    await bench().engine.signal(id, "go", 1, { id: "one" });
    await bench().engine.signal(id, "go", 2, { id: "two" });
    expect((await bench().over(id)).context).toEqual({ first: 1, second: 2 });
  });

  test("given a signal of another name, then nobody takes it", async () => {
    const id = await bench().started(order);
    await bench().waitsAt(id, "paid");
    await bench().engine.signal(id, "else");
    expect(await bench().engine.getInstance(id)).toMatchObject({ status: "waiting" });
    await bench().engine.signal(id, "payment");
    expect((await bench().over(id)).status).toBe("completed");
  });

  const patient = scenes.define({
    name: "signal_or_timeout",
    steps: {
      wait: new SignalStep({ signal: "answer", timeout: 60, onTimeout: "late" }),
      answered: gives("answered"),
      late: gives("late"),
    },
    edges: ["wait -> answered", "wait -> late"],
  });
  test("given no signal in time, then the branch for that is taken, and that one alone", async () => {
    expect(path(await bench().run(patient))).toEqual(["wait", "late"]);
  });

  const inTime = scenes.define({
    name: "signal_in_time",
    steps: {
      wait: new SignalStep({ signal: "answer", timeout: "PT1H", onTimeout: "late" }),
      answered: gives("answered"),
      late: gives("late"),
    },
    edges: ["wait -> answered", "wait -> late"],
  });
  test("given a signal in time, then that branch is not taken", async () => {
    const id = await bench().started(inTime);
    await bench().engine.signal(id, "answer", "hello");
    expect(path(await bench().over(id))).toEqual(["wait", "answered"]);
  });

  const strict = scenes.define({
    name: "signal_or_failure",
    steps: { wait: new SignalStep({ signal: "answer", timeout: 20 }) },
  });
  test("given no signal in time and no branch for that, then it fails in words", async () => {
    const ended = await bench().run(strict);
    expect(ended).toMatchObject({
      status: "failed",
      error: "Step 'wait' waited for signal 'answer' in vain",
    });
  });

  test("given an instance that is over, then a signal is refused", async () => {
    const { id } = await bench().run(strict);
    await expect(bench().engine.signal(id, "answer")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });
}
