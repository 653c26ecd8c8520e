import { describe, expect, test } from "vitest";
import type { CountingJoin } from "../definition/structure.ts";
import { aStructure } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";

/** A fork to `a`, `b` and `c`, which meet again at `join`, and a step after it. */
function forked(join: Partial<CountingJoin>, more: readonly string[] = []): Walk {
  const structure = aStructure([
    "fork -> a",
    "fork -> b",
    "fork -> c",
    "a -> join",
    "b -> join",
    "c -> join",
    "join -> after",
    ...more,
  ]);
  const steps = structure.steps.map((step) =>
    step.name === "join" ? { ...step, join: { count: 1, cancelOthers: false, ...join } } : step,
  );
  return new Walk({ ...structure, steps });
}

describe("a join that counts", () => {
  test("given any, then it starts with the first and absorbs the others", () => {
    const walk = forked({}).run("fork", ["a", "b", "c"]).run("b", ["join"]);
    expect(walk.open).toEqual(["a scheduled", "c scheduled", "join scheduled"]);
    walk.run("a", ["join"]).run("join", ["after"]).run("c", ["join"]).run("after");
    expect(walk.path).toEqual(["fork", "b", "a", "join", "c", "after"]);
    expect(walk.state).toMatchObject({ status: "completed", memory: { firedJoins: [] } });
  });

  test("given a number, then it starts with the arrival of that number and sees who came", () => {
    const walk = forked({ count: 2 }).run("fork", ["a", "b", "c"]).run("c", ["join"]);
    expect(walk.open).toEqual(["a scheduled", "b scheduled", "join pending"]);
    walk.run("a", ["join"]);
    expect(walk.token("join", "scheduled").arrivals.map(({ edge }) => edge)).toEqual([5, 3]);
  });

  test("given others to be canceled, then they are when it starts, and say why", () => {
    const walk = forked({ cancelOthers: true }).run("fork", ["a", "b", "c"]);
    walk.claim("b");
    walk.run("a", ["join"]);
    expect(walk.open).toEqual(["join scheduled"]);
    expect(walk.path).toEqual(["fork", "a", "b canceled", "c canceled"]);
    expect(walk.state.memory.firedJoins).toEqual([]);
  });

  test("given branches that end elsewhere, when too few can come, then the instance fails in words", () => {
    const walk = forked({ count: 2 }).run("fork", ["a", "b", "c"]);
    walk.run("a", ["join"]).run("b").run("c");
    expect(walk.state.status).toBe("failed");
    expect(walk.error).toBe("Step 'join' waits for 2 branches, and no more than 1 can come");
  });

  test("given one way alone that is taken, then any does not wait, and nothing is remembered", () => {
    const walk = forked({}).run("fork", ["b"]).run("b", ["join"]);
    expect(walk.open).toEqual(["join scheduled"]);
    expect(walk.state.memory.firedJoins).toEqual([]);
  });

  test("given a loop back to the fork, then each round starts it once", () => {
    const walk = forked({}, ["join -> fork"]);
    walk.run("fork", ["a", "b", "c"]).run("a", ["join"]).run("join", ["fork"]);
    // The second round begins while branches of the first are still on their way.
    walk.run("fork", ["a", "b", "c"]).run("b", ["join"]).run("a", ["join"]);
    expect(walk.path.filter((step) => step === "join")).toHaveLength(1);
    expect(walk.token("join", "scheduled")).toBeDefined();
    walk.run("join", ["after"]).run("after");
    walk.run("b", ["join"]).run("c", ["join"]).run("c", ["join"]);
    expect(walk.path.filter((step) => step === "join")).toHaveLength(2);
    expect(walk.state.status).toBe("completed");
  });
});
