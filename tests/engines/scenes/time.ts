import { HumanStep, MachineStep, TimerStep } from "@drover/engine";
import { expect, test } from "vitest";
import { gives, only, path, type Bench, type Scenes } from "../bench.ts";

/** Timers, deadlines, delays. */
export function timeScenes(scenes: Scenes, bench: () => Bench): void {
  const timers = scenes.define({
    name: "timers",
    steps: {
      split: gives(),
      long: new TimerStep({ duration: 120 }),
      longer: new TimerStep({ duration: "PT0.15S" }),
      none: new TimerStep({ duration: 0 }),
      meet: gives("end"),
    },
    edges: [
      "split -> long",
      "split -> longer",
      "split -> none",
      "long -> meet",
      "longer -> meet",
      "none -> meet",
    ],
  });
  test("given timers side by side, then none fires early, and zero does not wait [scenario 46]", async () => {
    const ended = await bench().run(timers);
    // Which of two timers so close together fires first is the machine's affair on a busy day.
    const [first, second, ...later] = path(ended);
    expect([first, second, later.at(-1)]).toEqual(["split", "none", "meet"]);
    expect(new Set(later)).toEqual(new Set(["long", "longer", "meet"]));
    const took = (step: string) =>
      Number(only(ended, step).completedAt) - ended.startedAt.getTime();
    expect(took("long")).toBeGreaterThanOrEqual(120);
    expect(took("longer")).toBeGreaterThanOrEqual(150);
  });

  const limited = scenes.define({
    name: "limited",
    deadline: 80,
    steps: { person: new HumanStep() },
  });
  test("given a deadline, then the instance fails at it and its tasks are closed", async () => {
    const ended = await bench().run(limited);
    expect(ended).toMatchObject({
      status: "failed",
      error: "The workflow did not end before its deadline",
    });
    expect(only(ended, "person").status).toBe("canceled");
    expect(await bench().tasks(ended.id)).toEqual([]);
  });

  const open = scenes.define({
    name: "open_to_more",
    steps: { person: new HumanStep(), extra: gives("extra") },
    edges: ["person -> extra"],
  });
  const waiting = async () => {
    const id = await bench().started(open);
    await bench().waitsAt(id, "person");
    return id;
  };
  test("given a step scheduled with a delay, then it runs once, and not earlier [scenario 69]", async () => {
    const id = await waiting();
    const scheduledAt = Date.now();
    await bench().engine.scheduleStep(id, "extra", 100);
    const seen = await bench().until(id, "has run the step", (instance) =>
      instance.history.some(
        ({ stepName, status }) => stepName === "extra" && status === "succeeded",
      ),
    );
    // The clocks of a database and of this process are not the same; a few milliseconds are none.
    expect(Number(only(seen, "extra").completedAt) - scheduledAt).toBeGreaterThanOrEqual(90);
    await bench().engine.completeHumanTask(id, "person", "bob", {});
    expect(path(await bench().over(id))).toEqual(["extra", "person", "extra"]);
  });
  test("given a step scheduled at once, then it runs besides what waits", async () => {
    const id = await waiting();
    await bench().engine.scheduleStep(id, "extra");
    const seen = await bench().until(id, "has run the step", ({ history }) =>
      history.some(({ stepName, status }) => stepName === "extra" && status === "succeeded"),
    );
    expect(only(seen, "person").status).toBe("waiting");
    await bench().engine.cancel(id, "cleaned up");
  });
  test("given a step that is not there, or an instance that is over, then it is refused", async () => {
    const id = await waiting();
    await expect(bench().engine.scheduleStep(id, "nowhere")).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
    });
    await bench().engine.cancel(id, "cleaned up");
    await expect(bench().engine.scheduleStep(id, "extra")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });

  const hasty = scenes.define({
    name: "hasty",
    steps: {
      slow: new MachineStep({
        timeout: 40,
        execute: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
          }),
      }),
    },
  });
  test("given code that takes longer than it may, then its signal is aborted and it fails", async () => {
    const ended = await bench().run(hasty);
    expect(ended).toMatchObject({
      status: "failed",
      error: "Step 'slow' took longer than its timeout of 40 ms",
    });
  });
}
