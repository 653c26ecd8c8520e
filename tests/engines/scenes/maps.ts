import { setTimeout as pause } from "node:timers/promises";
import {
  HumanStep,
  MachineStep,
  MapGroup,
  SequentialGroup,
  type ExecutionView,
  type WorkflowContext,
} from "@drover/engine";
import { expect, test } from "vitest";
import { gives, path, type Bench, type Scenes } from "../bench.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** One step for every item of a list. */
export function mapScenes(scenes: Scenes, bench: () => Bench): void {
  const squares = scenes.define<{ numbers: number[] }>({
    name: "squares",
    steps: {
      squares: new MapGroup({
        items: (context) => context.get("numbers", []),
        step: new MachineStep({
          name: "square",
          execute: ({ item, itemIndex }) => ({ at: itemIndex ?? -1, is: Number(item) ** 2 }),
        }),
        callback: new MachineStep({
          name: "all",
          execute: (context) => context.get("_previous_result"),
        }),
      }),
    },
  });
  test("given a list, then its step runs for every item, in their order, and then the callback", async () => {
    const ended = await bench().run(squares, { numbers: [3, 1, 2] });
    expect(ended.output).toEqual([
      { at: 0, is: 9 },
      { at: 1, is: 1 },
      { at: 2, is: 4 },
    ]);
    expect(path(ended).slice(-2)).toEqual(["all", "squares"]);
  });
  test("given an empty list, then the callback gets an empty one", async () => {
    const ended = await bench().run(squares, { numbers: [] });
    expect([path(ended), ended.output]).toEqual([["all", "squares"], []]);
  });

  const narrow = scenes.define({
    name: "narrow_map",
    steps: {
      each: new MapGroup({
        items: () => upTo(9),
        concurrency: 3,
        step: new MachineStep({
          name: "one",
          execute: async ({ item }) => {
            await pause(15);
            return item;
          },
        }),
      }),
    },
  });
  test("given a concurrency, then no more items are at work at once", async () => {
    const ended = await bench().run(narrow);
    expect(ended.output).toEqual(upTo(9));
    const most = mostAtOnce(ended.history.filter(({ stepName }) => stepName === "one"));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  const odd = ({ item }: WorkflowContext) => {
    if (Number(item) % 2 === 1) throw new RangeError(`${Number(item)} is odd`);
    return item;
  };
  const collecting = scenes.define({
    name: "collecting_map",
    steps: {
      each: new MapGroup({
        items: () => upTo(3),
        onFailure: "collect",
        concurrency: 1,
        step: new MachineStep({ name: "odd_fails", execute: odd }),
      }),
    },
  });
  test("given errors that are collected, then the list says what became of each item", async () => {
    const ended = await bench().run(collecting);
    expect(ended.status).toBe("completed");
    expect(ended.output).toEqual([
      { status: "succeeded", result: 0 },
      { status: "failed", error: { type: "RangeError", message: "1 is odd" } },
      { status: "succeeded", result: 2 },
    ]);
  });

  const failFast = scenes.define({
    name: "fail_fast_map",
    steps: {
      each: new MapGroup({
        items: () => upTo(5),
        concurrency: 1,
        step: new MachineStep({ name: "item_fails", execute: odd }),
      }),
    },
  });
  test("given an item that fails, then those after it never run", async () => {
    const ended = await bench().run(failFast);
    expect(ended).toMatchObject({ status: "failed", error: "1 is odd" });
    const statuses = ended.history
      .filter(({ stepName }) => stepName === "item_fails")
      .toSorted((left, right) => (left.memberIndex ?? 0) - (right.memberIndex ?? 0))
      .map(({ status }) => status);
    expect(statuses).toEqual(["succeeded", "failed", "canceled", "canceled", "canceled"]);
  });

  const groups = scenes.define({
    name: "map_of_groups",
    steps: {
      each: new MapGroup({
        items: () => ["a", "b"],
        step: new SequentialGroup({
          name: "handle",
          steps: {
            ask: new HumanStep({ getTitle: ({ item }) => `Check ${JSON.stringify(item)}` }),
            note: new MachineStep({
              execute: (context) => [context.item, context.get("_previous_result")],
            }),
          },
        }),
      }),
      last: gives("end"),
    },
    edges: ["each -> last"],
  });
  test("given a group for every item, then its steps know their item and people answer each [scenario G6]", async () => {
    const id = await bench().started(groups);
    await bench().until(
      id,
      "waits for two",
      ({ history }) =>
        history.filter(({ stepName, status }) => stepName === "ask" && status === "waiting")
          .length === 2,
    );
    const titles = (await bench().tasks(id)).map(({ title }) => title);
    expect(titles.toSorted()).toEqual(['Check "a"', 'Check "b"']);
    await bench().engine.completeHumanTask(id, "ask", "bob", { ok: 1 });
    await bench().engine.completeHumanTask(id, "ask", "bob", { ok: 1 });
    const ended = await bench().over(id);
    const each = ended.history.find(({ stepName }) => stepName === "each");
    expect(each?.result).toEqual([
      ["a", { ok: 1 }],
      ["b", { ok: 1 }],
    ]);
  });
}

/** The largest number of executions that ran at the same time, by their times. */
function mostAtOnce(executions: readonly ExecutionView[]): number {
  const times = executions.map(({ startedAt, completedAt }) => ({
    start: startedAt?.getTime() ?? 0,
    end: completedAt?.getTime() ?? 0,
  }));
  return Math.max(
    ...times.map(
      ({ start }) => times.filter((other) => other.start <= start && start < other.end).length,
    ),
  );
}
