import { HumanStep, MapGroup, ParallelGroup, SignalStep } from "@drover/engine";
import { expect, test } from "vitest";
import { only, path, type Bench, type Scenes } from "../bench.ts";

/** Which of several tasks and executions is meant. */
export function choosingScenes(scenes: Scenes, bench: () => Bench): void {
  const votes = scenes.define<{ voters: readonly (string | null)[] }>({
    name: "votes",
    steps: {
      all: new MapGroup({
        items: (context) => context.get("voters", []),
        step: new HumanStep({
          name: "vote",
          getAssignee: ({ item }) => (typeof item === "string" ? item : null),
        }),
      }),
    },
  });
  const voting = async (...voters: (string | null)[]) => {
    const id = await bench().started(votes, { voters });
    await bench().until(id, "asks everybody", ({ status, history }) => {
      const asked = history.filter((each) => each.stepName === "vote" && each.status === "waiting");
      return status === "waiting" && asked.length === voters.length;
    });
    return id;
  };
  const assignees = async (id: Awaited<ReturnType<typeof voting>>) =>
    new Set((await bench().tasks(id)).map(({ assigneeId }) => assigneeId));

  test("given several open tasks of a step, then a person completes its own first, then nobody's", async () => {
    const id = await voting("ann", null, "bob");
    await bench().engine.completeHumanTask(id, "vote", "bob", {});
    expect(await assignees(id)).toEqual(new Set(["ann", null]));
    await bench().engine.completeHumanTask(id, "vote", "bob", {});
    expect(await assignees(id)).toEqual(new Set(["ann"]));
    await expect(bench().engine.completeHumanTask(id, "vote", "bob", {})).rejects.toMatchObject({
      code: "TASK_UNAUTHORIZED",
    });
    await bench().engine.completeHumanTask(id, "vote", "ann", {});
    expect((await bench().over(id)).status).toBe("completed");
  });

  const due = scenes.define({
    name: "due",
    steps: {
      all: new ParallelGroup({
        steps: {
          whenever: new HumanStep(),
          later: new HumanStep({ getDueDate: () => "P9D" }),
          soon: new HumanStep({ getDueDate: () => "P1D" }),
        },
      }),
    },
  });
  test("given open tasks, then the most urgent comes first and those without a due date last", async () => {
    const id = await bench().started(due);
    await bench().waitsAt(id, "whenever", "later", "soon");
    const names = (await bench().tasks(id)).map(({ stepName }) => stepName);
    expect(names).toEqual(["soon", "later", "whenever"]);
    await bench().engine.cancel(id, "cleaned up");
  });

  const mixed = scenes.define({
    name: "mixed_waits",
    steps: {
      both: new ParallelGroup({
        steps: { person: new HumanStep(), message: new SignalStep({ signal: "go" }) },
      }),
    },
  });
  test("given a step that waits for something else, then the steps that wait for people are named [scenario 54]", async () => {
    const id = await bench().started(mixed);
    await bench().waitsAt(id, "person", "message");
    const complete = () => bench().engine.completeHumanTask(id, "message", "bob", {});
    await expect(complete()).rejects.toMatchObject({
      message: `Instance '${id}' is waiting at step 'person', not 'message'`,
    });
    await bench().engine.completeHumanTask(id, "person", "bob", {});
    await bench().until(
      id,
      "goes on after the person",
      (instance) =>
        instance.status === "waiting" && only(instance, "person").status === "succeeded",
    );
    await expect(complete()).rejects.toMatchObject({
      message: `Instance '${id}' is not waiting (status: waiting)`,
    });
    await bench().engine.signal(id, "go");
    await bench().over(id);
  });

  test("given several live executions, then skipping wants one of them named", async () => {
    const id = await voting("ann", "bob");
    await expect(bench().engine.skip(id, "vote")).rejects.toMatchObject({
      code: "STEP_AMBIGUOUS",
    });
    const [first, second] = (await bench().engine.getInstance(id)).history.filter(
      ({ stepName }) => stepName === "vote",
    );
    if (first === undefined || second === undefined) throw new Error("two votes were expected");
    await bench().engine.skip(id, "vote", { executionId: second.id });
    // A worker leaves it out; until then it is live.
    await bench().until(id, "has left it out", ({ history }) =>
      history.some((each) => each.id === second.id && each.status === "skipped"),
    );
    await expect(bench().engine.skip(id, "vote", { executionId: second.id })).rejects.toMatchObject(
      { code: "STEP_NOT_LIVE" },
    );
    await bench().engine.skip(id, "vote");
    const ended = await bench().over(id);
    expect(path(ended)).toEqual(["vote skipped", "vote skipped", "all"]);
  });

  test("given an unknown step or an instance that is over, then skipping says so", async () => {
    const id = await voting("ann");
    await expect(bench().engine.skip(id, "nowhere")).rejects.toMatchObject({
      code: "STEP_NOT_FOUND",
    });
    expect(only(await bench().engine.cancel(id, "enough"), "vote").status).toBe("canceled");
    await expect(bench().engine.skip(id, "vote")).rejects.toMatchObject({
      code: "WORKFLOW_ALREADY_COMPLETED",
    });
  });
}
