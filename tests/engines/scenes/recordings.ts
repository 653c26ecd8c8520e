import { HumanStep, MachineStep, MapGroup } from "@drover/engine";
import { recordRun, replay } from "@drover/testing";
import { expect, test } from "vitest";
import { only, path, type Bench, type Scenes } from "../bench.ts";

/** What a history tells besides the way: enough to run it again. */
export function recordingScenes(scenes: Scenes, bench: () => Bench): void {
  const priced = scenes.define<{ prices: readonly number[]; total: number; paid: boolean }>({
    name: "priced",
    steps: {
      each: new MapGroup({
        items: (context) => context.get("prices", []),
        // The first ends last.
        step: new MachineStep({
          name: "tax",
          execute: async ({ item, itemIndex = 0 }) => {
            await new Promise((resolve) => setTimeout(resolve, itemIndex === 0 ? 60 : 0));
            return Number(item) * 2;
          },
        }),
      }),
      add: new MachineStep({ execute: (context) => context.set("total", 6) }),
      pay: new HumanStep(),
    },
    edges: ["each -> add", "add -> pay"],
  });
  const paid = async () => {
    const id = await bench().started(priced, { prices: [1, 2] });
    await bench().waitsAt(id, "pay");
    await bench().engine.completeHumanTask(id, "pay", "bob", { paid: true });
    return bench().over(id);
  };

  test("given a history, then it tells what was set and who has answered", async () => {
    const ended = await paid();
    expect(only(ended, "add").contextChanges).toEqual({ total: 6 });
    expect(only(ended, "add").completedBy).toBeNull();
    expect(only(ended, "pay").completedBy).toBe("bob");
  });

  test("given a run that was recorded, then it can be replayed and nothing differs", async () => {
    const ended = await paid();
    expect(path(ended)).toEqual(["tax", "tax", "each", "add", "pay"]);
    const recording = recordRun(ended);
    expect(recording).toMatchObject({
      input: { prices: [1, 2] },
      answers: [{ kind: "task", step: "pay", by: "bob", data: { paid: true } }],
    });
    const definition = scenes.definitions.find(({ name }) => name === priced);
    if (definition === undefined) throw new Error("the scene was not defined");
    const again = await replay(recording, definition);
    expect(again.differences).toEqual([]);
    expect(again.run.history.find(({ stepName }) => stepName === "each")?.result).toEqual([2, 4]);
  });
}
