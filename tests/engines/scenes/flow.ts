import { ExclusiveGateway, MachineStep, ParallelGateway, TimerStep } from "@drover/engine";
import { expect, test } from "vitest";
import { gives, only, path, type Bench, type Scenes } from "../bench.ts";

const sets = (key: string, value: string) =>
  new MachineStep({ execute: (context) => context.set(key, value) });

/** Edges, choices, forks and joins. */
export function flowScenes(scenes: Scenes, bench: () => Bench): void {
  const chain = scenes.define({
    name: "chain",
    steps: { first: sets("x", "1"), second: sets("y", "2"), last: gives({ done: true }) },
    edges: ["first -> second", "second -> last"],
  });

  test("given a chain, then its steps run in this order and it comes to its last result [scenarios 49, 76]", async () => {
    const ended = await bench().run(chain, { input: 0 });
    expect(ended).toMatchObject({
      status: "completed",
      currentStep: null,
      context: { input: 0, x: "1", y: "2" },
      output: { done: true },
      error: null,
    });
    expect(path(ended)).toEqual(["first", "second", "last"]);
    expect(ended.completedAt).toBeInstanceOf(Date);
  });

  const single = scenes.define({ name: "single", steps: { only: gives(7) } });
  test("given a single step, then it completes the instance [scenario 57]", async () => {
    expect(await bench().run(single)).toMatchObject({ status: "completed", output: 7 });
  });

  const choice = scenes.define({
    name: "choice",
    steps: { check: gives(), much: gives("much"), little: gives("little") },
    edges: [
      "check -> much if context.get('amount') >= 1000",
      "check -> little if context.get('amount') < 1000",
    ],
  });
  test.each([
    [5_000, "much"],
    [5, "little"],
  ])(
    "given conditions and %d, then the history shows the way to '%s' [scenarios 13, 63]",
    async (amount, way) => {
      const ended = await bench().run(choice, { amount });
      expect([path(ended), ended.output]).toEqual([["check", way], way]);
    },
  );

  const gateway = scenes.define<{ way: string }>({
    name: "gateway",
    steps: {
      decide: new ExclusiveGateway({ condition: (context) => context.get("way", "left") }),
      left: gives("l"),
      right: gives("r"),
    },
    edges: ["decide -> left", "decide -> right"],
  });
  test("given an exclusive gateway, then the named step runs and the other does not [scenario 44]", async () => {
    expect(path(await bench().run(gateway, { way: "right" }))).toEqual(["decide", "right"]);
  });
  test("given a gateway that names a step that is not there, then it fails in words [scenarios 56, 62]", async () => {
    const ended = await bench().run(gateway, { way: "nowhere" });
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("'nowhere'");
  });

  const fork = scenes.define({
    name: "fork",
    steps: {
      split: new ParallelGateway(),
      one: sets("one", "1"),
      two: sets("two", "2"),
      three: new TimerStep({ duration: 30 }),
      meet: new MachineStep({
        execute: (context) => Object.keys(context.data).toSorted(),
      }),
    },
    edges: [
      "split -> one",
      "split -> two",
      "split -> three",
      "one -> meet",
      "two -> meet",
      "three -> meet",
    ],
  });
  test("given a fork, then the join runs once and sees what all branches have set [scenarios 45, 60]", async () => {
    const ended = await bench().run(fork);
    expect(path(ended).toSorted()).toEqual(["meet", "one", "split", "three", "two"]);
    expect(path(ended).at(-1)).toBe("meet");
    expect(ended.output).toEqual(["one", "two"]);
  });

  const skipping = scenes.define({
    name: "skipping",
    steps: {
      split: gives(),
      skipped: new MachineStep({ canExecute: () => false, execute: () => "never" }),
      runs: gives("ran"),
      meet: new MachineStep({ execute: (context) => context.get("_previous_result") }),
    },
    edges: ["split -> skipped", "split -> runs", "skipped -> meet", "runs -> meet"],
  });
  test("given a guard that says no, then the step is skipped and the join runs all the same [scenarios 58, G5]", async () => {
    const ended = await bench().run(skipping);
    expect(only(ended, "skipped").status).toBe("skipped");
    expect(ended.output).toEqual([null, "ran"]);
  });

  const loop = scenes.define<{ round: number }>({
    name: "loop",
    steps: {
      again: new MachineStep({
        execute: (context) => context.set("round", context.get("round", 0) + 1),
      }),
      done: gives(),
    },
    edges: [
      "again -> again if context.get('round') < 3",
      "again -> done if context.get('round') >= 3",
    ],
  });
  test("given a loop, then its step runs again until the condition lets go", async () => {
    const ended = await bench().run(loop);
    expect(path(ended)).toEqual(["again", "again", "again", "done"]);
    expect(ended.context).toEqual({ round: 3 });
  });

  joinScenes(scenes, bench);
}

function joinScenes(scenes: Scenes, bench: () => Bench): void {
  const any = scenes.define({
    name: "join_any",
    steps: {
      split: gives(),
      slow: new TimerStep({ duration: 60 }),
      fast: gives("fast"),
      meet: new MachineStep({ join: "any", execute: (c) => c.get("_previous_result") }),
    },
    edges: ["split -> slow", "split -> fast", "slow -> meet", "fast -> meet"],
  });
  test("given a join for any, then it runs once, with the first that comes", async () => {
    const ended = await bench().run(any);
    expect(path(ended)).toEqual(["split", "fast", "meet", "slow"]);
    expect(only(ended, "meet").result).toBe("fast");
  });

  const count = scenes.define({
    name: "join_count",
    steps: {
      split: gives(),
      one: gives(1),
      two: gives(2),
      late: new TimerStep({ duration: { minutes: 10 } }),
      meet: new MachineStep({
        join: { count: 2, cancelOthers: true },
        execute: (c) => c.get("_previous_result"),
      }),
    },
    edges: [
      "split -> one",
      "split -> two",
      "split -> late",
      "one -> meet",
      "two -> meet",
      "late -> meet",
    ],
  });
  test("given a join for two that cancels others, then the third branch is canceled", async () => {
    const ended = await bench().run(count);
    expect(ended).toMatchObject({ status: "completed", output: [1, 2] });
    expect(only(ended, "late").status).toBe("canceled");
  });

  const tooFew = scenes.define({
    name: "join_too_few",
    steps: {
      split: gives(),
      one: gives(1),
      two: gives(2),
      meet: new MachineStep({ join: { count: 2 }, execute: () => null }),
    },
    edges: ["split -> one", "split -> two", "one -> meet", "two -> meet if false"],
  });
  test("given a join for two that only one can reach, then it fails in words", async () => {
    const ended = await bench().run(tooFew);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("'meet' waits for 2 branches");
  });
}
