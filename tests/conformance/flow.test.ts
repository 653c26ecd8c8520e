import { describe, expect, test } from "vitest";
import { history, type Json } from "../support/api-shapes.ts";
import { testWorkflows, useDrover } from "../support/drover.ts";
import { eventually } from "../support/eventually.ts";

const drover = useDrover({ workflows: [testWorkflows("small-flows")] });

/** Runs an instance to the status that it has to end with. */
async function run(workflow: string, input: Json, status: string) {
  const { api } = drover();
  const { id } = await api.start(workflow, input);
  return api.untilStatus(id, status);
}

describe("one way", () => {
  test("given a single step without edges, then it completes [scenarios 57, 96]", async () => {
    const completed = await run("simple_workflow", {}, "completed");
    expect(history(completed)).toEqual(["only succeeded"]);
    expect(completed.context_data).toEqual({ only_ran: true });
  });

  test.each([
    { amount: 500, eligible: true, step: "approve", result: "approved" },
    { amount: 5_000, eligible: false, step: "reject", result: "rejected" },
  ])("given $amount, then $step follows [scenarios 3, 63]", async (sample) => {
    const { amount, eligible, step, result } = sample;
    const completed = await run("eligibility", { amount }, "completed");
    expect(completed.context_data).toEqual({ amount, eligible, result });
    expect(history(completed)).toEqual(["check succeeded", `${step} succeeded`]);
  });

  test.each([
    {
      kind: "an exclusive gateway",
      ways: ["nowhere"],
      chooser: "choose_one",
      error: "Invalid transition from 'choose_one' to 'nowhere': step 'nowhere' not found",
    },
    {
      kind: "a fork",
      ways: ["choose_many"],
      chooser: "choose_many",
      error: "Invalid transition from 'choose_many' to 'elsewhere': step 'elsewhere' not found",
    },
  ])("given $kind to nowhere, then it fails in words [scenarios 56, 62]", async (sample) => {
    const failed = await run("any_way", { ways: sample.ways }, "failed");
    expect(failed.error).toContain(sample.error);
    expect(history(failed).at(-1)).toBe(`${sample.chooser} failed`);
    expect(history(failed)).not.toContain("there succeeded");
  });

  test("given a condition that cannot be evaluated, then it fails with it [scenario 72]", async () => {
    const failed = await run("broken_condition", {}, "failed");
    expect(failed.error).toContain("Invalid transition from 'begin' to 'end'");
    expect(failed.error).toContain("nobody_set_this");
    expect(history(failed)).toEqual(["begin failed"]);
  });
});

describe("forks", () => {
  test("given a parallel gateway, then its branches run and join once [scenario 45]", async () => {
    const completed = await run("gateway_fork", {}, "completed");
    const [first, ...rest] = history(completed);
    expect(first).toBe("fork succeeded");
    expect(rest.at(-1)).toBe("gather succeeded");
    expect(rest.slice(0, -1).toSorted()).toEqual(["left succeeded", "right succeeded"]);
    expect(completed.context_data).toEqual({ left_ran: true, right_ran: true, gather_ran: true });
  });

  test("given a branch that fails, then all are in the history [scenario 61]", async () => {
    const failed = await run("failing_branch", {}, "failed");
    expect(failed.error).toBe("the branch is broken");
    const steps = new Map(failed.step_history.map((step) => [step.step_name, step.status]));
    expect([...steps.keys()]).toEqual(
      expect.arrayContaining(["begin", "first", "second", "third"]),
    );
    expect(steps.get("second")).toBe("failed");
    // Whether the others had ended before, and so waited at the join, is a matter of luck; that
    // none of them is open and the join has not run is not.
    for (const branch of ["first", "third"]) {
      expect(["succeeded", "canceled"]).toContain(steps.get(branch));
    }
    expect(steps.get("gather") ?? "canceled").toBe("canceled");
    expect(failed.context_data).not.toHaveProperty("gather_ran");
  });

  test("given a skipped and a handled branch, then the join runs once [scenario G5]", async () => {
    const completed = await run("uneven_branches", {}, "completed");
    const [first, ...rest] = history(completed);
    expect(first).toBe("begin succeeded");
    expect(rest.at(-1)).toBe("gather succeeded");
    expect(rest.slice(0, -1).toSorted()).toEqual([
      "is_handled failed",
      "is_skipped skipped",
      "runs succeeded",
    ]);
    expect(completed.context_data).toMatchObject({ handled: true, runs_ran: true });
    expect(completed.error).toBe(null);
  });

  test("given three timers, then they wait side by side [scenario 46]", async () => {
    const { api, rows } = drover();
    const { id } = await api.start("three_timers", {});
    await eventually("three timers are open at once", async () => (await rows.openTimers()) === 3);
    const completed = await api.untilStatus(id, "completed");
    const timers = completed.step_history.filter(({ step_type }) => step_type === "timer");
    expect(timers).toHaveLength(3);
    for (const { started_at, completed_at } of timers) {
      const waited = Date.parse(completed_at ?? "") - Date.parse(started_at ?? "");
      expect(waited).toBeGreaterThanOrEqual(3_000);
    }
    expect(history(completed).at(-1)).toBe("gather succeeded");
  });
});
