import { setTimeout as pause } from "node:timers/promises";
import {
  ConditionalGroup,
  HumanStep,
  MachineStep,
  ParallelGroup,
  RaceGroup,
  SequentialGroup,
  TimerStep,
  WebhookStep,
  type JsonValue,
  type WorkflowContext,
} from "@drover/engine";
import { expect, test } from "vitest";
import { fails, gives, only, path, type Bench, type Scenes } from "../bench.ts";

const previous = (change: (value: JsonValue) => unknown) =>
  new MachineStep({ execute: (context) => change(context.get("_previous_result")) });
const slowly = (milliseconds: number, value: unknown) =>
  new MachineStep({
    execute: async () => {
      await pause(milliseconds);
      return value;
    },
  });

/** Steps that stand together as one. */
export function groupScenes(scenes: Scenes, bench: () => Bench): void {
  const sequence = scenes.define({
    name: "sequence",
    steps: {
      before: gives(2),
      group: new SequentialGroup({
        steps: {
          double: previous((value) => Number(value) * 2),
          plus_one: previous((value) => Number(value) + 1),
        },
      }),
      after: previous((value) => ({ value })),
    },
    edges: ["before -> group", "group -> after"],
  });
  test("given a sequence, then each works on the one before and the last result counts [scenarios 38, 39, 43]", async () => {
    const ended = await bench().run(sequence);
    expect(path(ended)).toEqual(["before", "double", "plus_one", "group", "after"]);
    expect(ended.output).toEqual({ value: 5 });
    expect(only(ended, "double").groupId).toBe(only(ended, "group").id);
  });

  const parallel = scenes.define({
    name: "parallel",
    steps: {
      group: new ParallelGroup({ steps: { slow: slowly(40, "slow"), fast: gives("fast") } }),
    },
  });
  test("given members at once, then results stand in declared order [scenario 40]", async () => {
    const ended = await bench().run(parallel);
    expect(path(ended)).toEqual(["fast", "slow", "group"]);
    expect(ended.output).toEqual(["slow", "fast"]);
  });

  const chord = scenes.define({
    name: "chord",
    steps: {
      group: new ParallelGroup({
        steps: { one: gives(1), two: gives(2) },
        callback: new MachineStep({
          name: "sum",
          execute: (context) => ({ of: context.get("_previous_result") }),
        }),
      }),
    },
  });
  test("given a callback, then it gets all results and its own is the group's [scenario 41]", async () => {
    const ended = await bench().run(chord);
    expect(ended.output).toEqual({ of: [1, 2] });
    expect(path(ended).slice(-2)).toEqual(["sum", "group"]);
  });

  const failing = scenes.define({
    name: "parallel_failing",
    steps: {
      group: new ParallelGroup({
        steps: { broken: fails("no luck"), later: new TimerStep({ duration: { minutes: 10 } }) },
      }),
    },
  });
  test("given a member that fails, then the others are canceled and the instance fails [scenario 61]", async () => {
    const ended = await bench().run(failing);
    expect(ended.status).toBe("failed");
    expect(ended.error).toContain("no luck");
    expect(only(ended, "broken").status).toBe("failed");
    expect(only(ended, "later").status).toBe("canceled");
  });

  const conditional = scenes.define<{ way: string }>({
    name: "conditional",
    steps: {
      group: new ConditionalGroup<{ way: string }>({
        condition: (context) => context.get("way", ""),
        branches: { left: gives("l"), right: gives("r") },
      }),
      after: previous((value) => ({ value })),
    },
    edges: ["group -> after"],
  });
  test.each([
    ["left", ["group_left", "group", "after"], "l"],
    ["elsewhere", ["group", "after"], null],
  ])(
    "given a condition that says '%s', then that branch runs or none [scenario 42]",
    async (way, steps, value) => {
      const ended = await bench().run(conditional, { way });
      expect([path(ended), ended.output]).toEqual([steps, { value }]);
    },
  );

  const race = scenes.define({
    name: "race",
    steps: {
      group: new RaceGroup({
        steps: {
          broken: fails("no luck"),
          winner: new TimerStep({ duration: 20, execute: () => "won" }),
          loser: new HumanStep(),
          worker: new MachineStep({ execute: ({ signal }) => waitsForAbort(signal) }),
        },
      }),
    },
  });
  test("given a race, then the first success wins and the others are canceled", async () => {
    const ended = await bench().run(race);
    expect(ended).toMatchObject({ status: "completed", output: "won" });
    expect(only(ended, "loser").status).toBe("canceled");
    expect(await bench().tasks(ended.id)).toEqual([]);
  });

  const lostRace = scenes.define({
    name: "lost_race",
    steps: { group: new RaceGroup({ steps: { one: fails("one"), two: fails("two") } }) },
  });
  test("given a race that nobody wins, then it fails with the last error", async () => {
    const ended = await bench().run(lostRace);
    expect(ended.status).toBe("failed");
    expect(["one", "two"]).toContain(ended.error);
  });

  waitingMembers(scenes, bench);
}

function waitingMembers(scenes: Scenes, bench: () => Bench): void {
  const people = scenes.define({
    name: "people_in_group",
    steps: {
      group: new ParallelGroup({
        steps: {
          legal: new HumanStep(),
          finance: new HumanStep(),
          soon: new TimerStep({ duration: 20 }),
        },
      }),
    },
  });
  test("given people and timers inside a group, then both tasks are open and it waits for all [scenario G4]", async () => {
    const id = await bench().started(people);
    await bench().waitsAt(id, "group", "legal", "finance");
    expect((await bench().tasks(id)).map((task) => task.stepName).toSorted()).toEqual([
      "finance",
      "legal",
    ]);
    await bench().engine.completeHumanTask(id, "finance", "bob", { ok: true });
    await bench().engine.completeHumanTask(id, "legal", "alice", { ok: false });
    const ended = await bench().over(id);
    expect(ended.output).toEqual([{ ok: false }, { ok: true }, null]);
    expect(ended.context).toMatchObject({ legal_ok: false, finance_ok: true });
  });

  const nested = scenes.define({
    name: "nested",
    steps: {
      outer: new SequentialGroup({
        steps: {
          inner: new ParallelGroup({
            steps: {
              left: new SequentialGroup({
                steps: { left_one: gives(1), left_two: previous((value) => [value, 2]) },
              }),
              right: new ConditionalGroup({
                condition: () => "yes",
                branches: { yes: gives("yes") },
              }),
            },
          }),
          tail: previous((value) => ({ value })),
        },
      }),
    },
  });
  test("given groups inside of groups, then they run as their nesting says [scenario G6]", async () => {
    const ended = await bench().run(nested);
    expect(ended.output).toEqual({ value: [[1, 2], "yes"] });
    expect(only(ended, "left_two").groupId).toBe(only(ended, "left").id);
    expect(only(ended, "left").groupId).toBe(only(ended, "inner").id);
    expect(path(ended).slice(-3)).toEqual(["inner", "tail", "outer"]);
  });

  const callback = scenes.define<{ token: string }>({
    name: "callback_in_group",
    steps: {
      group: new SequentialGroup({
        steps: {
          ask: new WebhookStep({ getCallbackToken: (context) => context.get("token", "") }),
          tail: previous((value) => value),
        },
      }),
    },
  });
  test("given a callback inside a group, then the group goes on with its payload [scenario 47]", async () => {
    const token = `group-${crypto.randomUUID()}`;
    const id = await bench().started(callback, { token });
    await bench().waitsAt(id, "ask");
    await bench().callBack(token, { paid: true });
    const ended = await bench().over(id);
    expect(ended.output).toEqual({ paid: true });
    expect(ended.context).toMatchObject({ webhook_data: { paid: true } });
  });
}

function waitsForAbort(signal: WorkflowContext["signal"]): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
