import { ExclusiveGateway, HumanStep, MachineStep, ParallelGroup, TimerStep } from "@drover/engine";
import { expect, test } from "vitest";
import { gives, only, path, type Bench, type Scenes } from "../bench.ts";

/** Cancel, pause, resume, skip. */
export function steeringScenes(scenes: Scenes, bench: () => Bench): void {
  const forked = scenes.define({
    name: "forked",
    steps: {
      split: gives(),
      person: new HumanStep(),
      later: new TimerStep({ duration: { minutes: 10 } }),
      group: new ParallelGroup({ steps: { inside: new HumanStep() } }),
      works: new MachineStep({
        execute: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
          }),
      }),
    },
    edges: ["split -> person", "split -> later", "split -> group", "split -> works"],
  });
  test("given a cancel during a fork, then every branch and task ends, with the reason [scenarios 66, 90, G7]", async () => {
    const id = await bench().started(forked);
    await bench().until(id, "has all branches", ({ history }) =>
      ["person waiting", "later waiting", "inside waiting", "works running"].every((wanted) =>
        history.some(({ stepName, status }) => `${stepName} ${status}` === wanted),
      ),
    );
    const canceled = await bench().engine.cancel(id, "budget cut");
    expect(canceled).toMatchObject({ status: "canceled", currentStep: null });
    expect(canceled.error).toContain("budget cut");
    expect(canceled.completedAt).toBeInstanceOf(Date);
    const statuses = canceled.history.slice(1).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(["canceled"]));
    expect(await bench().tasks(id)).toEqual([]);
    await expect(bench().engine.cancel(id, "again")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });

  const pausable = scenes.define({
    name: "pausable",
    steps: { person: new HumanStep(), soon: new TimerStep({ duration: 30 }), last: gives("end") },
    edges: ["person -> soon", "soon -> last"],
  });
  const waiting = async () => {
    const id = await bench().started(pausable);
    await bench().waitsAt(id, "person");
    return id;
  };
  test("given a pause, then answers are taken and nothing starts until it ends", async () => {
    const id = await waiting();
    expect((await bench().engine.pause(id)).status).toBe("paused");
    await bench().engine.completeHumanTask(id, "person", "bob", { ok: true });
    const paused = await bench().engine.getInstance(id);
    expect([paused.status, only(paused, "person").status]).toEqual(["paused", "pending"]);
    expect(paused.context).toEqual({ ok: true });
    await bench().engine.resume(id);
    const ended = await bench().over(id);
    expect(path(ended)).toEqual(["person", "soon", "last"]);
  });

  test("given a step to resume from, then the instance leaves where it stood", async () => {
    const id = await waiting();
    await bench().engine.pause(id);
    await bench().engine.resume(id, { fromStep: "soon" });
    const ended = await bench().over(id);
    expect(path(ended)).toEqual(["person canceled", "soon", "last"]);
    expect(await bench().tasks(id)).toEqual([]);
  });

  test("given an instance that is not paused, then resuming is refused", async () => {
    const id = await waiting();
    await expect(bench().engine.resume(id)).rejects.toMatchObject({ code: "INSTANCE_NOT_PAUSED" });
    await bench().engine.cancel(id, "cleaned up");
    await expect(bench().engine.pause(id)).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });

  test("given a live step that is skipped, then the flow goes on as if its guard had said no", async () => {
    const id = await waiting();
    await bench().engine.skip(id, "person");
    const ended = await bench().over(id);
    expect(path(ended)).toEqual(["person skipped", "soon", "last"]);
    expect(await bench().tasks(id)).toEqual([]);
  });

  test("given a step that is not live, then skipping it is refused", async () => {
    const id = await waiting();
    await expect(bench().engine.skip(id, "last")).rejects.toMatchObject({ code: "STEP_NOT_LIVE" });
    await bench().engine.cancel(id, "cleaned up");
  });

  const choosing = scenes.define<{ way: string }>({
    name: "choosing_people",
    steps: {
      group: new ParallelGroup({ steps: { one: new HumanStep(), two: new HumanStep() } }),
      decide: new ExclusiveGateway({ condition: () => "right" }),
      left: gives(),
      right: gives("right"),
    },
    edges: ["group -> decide", "decide -> left", "decide -> right"],
  });
  test("given a group that is skipped, then its members are canceled with it", async () => {
    const id = await bench().started(choosing);
    await bench().waitsAt(id, "one", "two");
    await bench().engine.skip(id, "group");
    const ended = await bench().over(id);
    expect(ended).toMatchObject({ status: "completed", output: "right" });
    expect([only(ended, "one").status, only(ended, "group").status]).toEqual([
      "canceled",
      "skipped",
    ]);
    expect(await bench().tasks(id)).toEqual([]);
  });
}
