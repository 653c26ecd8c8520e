import { describe, expect, test } from "vitest";
import type { GroupStructure } from "../definition/structure.ts";
import type { JsonValue } from "../json.ts";
import { aStructure, withGroups } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";

/** A step, a group called `group`, and a step after it. */
function around(group: GroupStructure, inner: Readonly<Record<string, GroupStructure>> = {}): Walk {
  const structure = aStructure(["before -> group", "group -> after"]);
  return new Walk(withGroups(structure, { group, ...inner })).run("before", ["group"]);
}

const parallel = (
  members: readonly string[],
  options: Partial<Extract<GroupStructure, { kind: "parallel" }>> = {},
): GroupStructure => ({
  kind: "parallel",
  members,
  callback: null,
  onFailure: "fail-fast",
  ...options,
});
const map = (options: Partial<Extract<GroupStructure, { kind: "map" }>> = {}): GroupStructure => ({
  kind: "map",
  members: ["item"],
  callback: null,
  onFailure: "fail-fast",
  concurrency: null,
  ...options,
});

describe("groups whose members come to too much", () => {
  const MEGA = 1024 * 1024;
  const succeedWith = (run: Walk, stepName: string, result: JsonValue) => {
    const { executionId, attempt } = run.claim(stepName);
    const rest = { contextChanges: {}, edges: [], continueAs: null };
    return run.happen({ type: "step.succeeded", executionId, attempt, result, ...rest });
  };

  test("given results that are too large together, then the group hears of it and the rest is canceled", () => {
    const run = around(parallel(["a", "b", "c"])).openGroup("group");
    succeedWith(run, "a", "x".repeat(20 * MEGA));
    expect(run.token("group", "waiting")).toMatchObject({ wait: { ended: 1 } });
    succeedWith(run, "b", "x".repeat(20 * MEGA));
    expect(run.open).toEqual(["group scheduled"]);
    expect(run.resumptionOf("group")).toMatchObject({
      kind: "group",
      error: {
        type: "PayloadTooLargeError",
        message:
          "what the members of group 'group' came to together is too large: " +
          `it may take ${32 * MEGA} characters as JSON`,
      },
    });
  });

  test("given errors that are collected, then they count as well", () => {
    const run = around(parallel(["a", "b"], { onFailure: "collect" })).openGroup("group");
    run.fail(run.claim("a"), "x".repeat(33 * MEGA));
    expect(run.open).toEqual(["group scheduled"]);
  });
});

describe("sequential groups", () => {
  const walk = () => around({ kind: "sequence", members: ["a", "b"] });

  test("given two members, then one follows the other, and the group goes on when both have ended", () => {
    const run = walk().openGroup("group");
    expect(run.open).toEqual(["group waiting", "a scheduled"]);
    run.run("a");
    expect(run.open).toEqual(["group waiting", "b scheduled"]);
    expect(run.token("b", "scheduled").arrivals).toMatchObject([{ edge: -1 }]);
    run.run("b").run("group", ["after"]).run("after");
    expect(run.path).toEqual(["before", "a", "b", "group", "after"]);
    expect(run.state.status).toBe("completed");
  });

  test("given a member that fails, then the rest does not run and the group hears of it", () => {
    const run = walk().openGroup("group");
    run.fail(run.claim("a"), "no");
    expect(run.open).toEqual(["group scheduled"]);
    expect(run.resumptionOf("group")).toMatchObject({ kind: "group", error: { message: "no" } });
  });
});

describe("parallel groups", () => {
  test("given three members, then all are ready at once and the group waits for the last", () => {
    const run = around(parallel(["a", "b", "c"])).openGroup("group");
    expect(run.open).toEqual(["group waiting", "a scheduled", "b scheduled", "c scheduled"]);
    run.run("c").run("a");
    expect(run.token("group", "waiting")).toMatchObject({ wait: { ended: 2, size: 3 } });
    run.run("b");
    expect(run.open).toEqual(["group scheduled"]);
  });

  test("given a callback, then it runs once all have ended, and the group after it", () => {
    const run = around(parallel(["a", "b"], { callback: "then" })).openGroup("group");
    run.run("b").run("a");
    expect(run.open).toEqual(["group waiting", "then scheduled"]);
    run.run("then");
    expect(run.open).toEqual(["group scheduled"]);
  });

  test("given one that fails fast, then the others are canceled and say so", () => {
    const run = around(parallel(["a", "b", "c"])).openGroup("group");
    run.claim("b");
    run.fail(run.claim("a"), "broken");
    expect(run.path).toEqual(["before", "a failed", "b canceled", "c canceled"]);
    expect(run.open).toEqual(["group scheduled"]);
  });

  test("given errors that are collected, then the others end and the group goes on without one", () => {
    const run = around(parallel(["a", "b"], { onFailure: "collect" })).openGroup("group");
    run.fail(run.claim("a"), "broken").run("b");
    expect(run.resumptionOf("group")).toEqual({ kind: "group", error: null });
  });

  test("given a group in a group, then the inner one's end is a member's end", () => {
    const run = around(parallel(["inner", "b"]), {
      inner: { kind: "sequence", members: ["x", "y"] },
    });
    run.openGroup("group").openGroup("inner").run("x").run("b").run("y").run("inner");
    expect(run.open).toEqual(["group scheduled"]);
    expect(run.path).toEqual(["before", "x", "b", "y", "inner"]);
  });

  test("given a branch that ends the workflow beside it, then its members are canceled with it", () => {
    const structure = aStructure(["a -> group", "a -> end", "group -> late"], {
      terminalSteps: ["end"],
    });
    const run = new Walk(withGroups(structure, { group: parallel(["m", "n"]) }));
    run.run("a", ["group", "end"]).openGroup("group").run("end");
    expect(run.state.status).toBe("completed");
    expect(run.path).toEqual(["a", "end", "group canceled", "m canceled", "n canceled"]);
  });
});

describe("conditional groups", () => {
  test("given a chosen branch, then it alone runs", () => {
    const run = around({ kind: "conditional", keys: ["high", "low"], members: ["a", "b"] });
    run.openGroup("group", 1);
    expect(run.open).toEqual(["group waiting", "b scheduled"]);
    run.run("b").run("group", ["after"]).run("after");
    expect(run.path).toEqual(["before", "b", "group", "after"]);
  });
});

describe("races", () => {
  const walk = () => around({ kind: "race", members: ["fast", "slow"] }).openGroup("group");

  test("given a first success, then the others are canceled and told so", () => {
    const run = walk();
    run.claim("slow");
    run.run("fast");
    expect(run.path).toEqual(["before", "fast", "slow canceled"]);
    expect(run.open).toEqual(["group scheduled"]);
  });

  test("given a failure first, then the race goes on, and fails when all have failed", () => {
    const run = walk();
    run.fail(run.claim("fast"), "one");
    expect(run.open).toEqual(["group waiting", "slow scheduled"]);
    run.fail(run.claim("slow"), "two");
    expect(run.resumptionOf("group")).toMatchObject({ error: { message: "two" } });
  });
});

describe("maps", () => {
  test("given items, then each is a token of the one member, in order", () => {
    const run = around(map()).openGroup("group", null, ["x", "y"]);
    expect(run.open).toEqual(["group waiting", "item scheduled", "item scheduled"]);
    const items = run.state.tokens.filter((token) => token.stepName === "item");
    expect(items.map((token) => token.membership?.index)).toEqual([0, 1]);
    // What works on an item says which.
    expect(items.map((token) => token.membership?.itemId)).toEqual(
      items.map((token) => token.executionId),
    );
  });

  test("given a limit, then no more than that are ready, and the next one's turn comes with each end", () => {
    const run = around(map({ concurrency: 2 })).openGroup("group", null, [1, 2, 3]);
    expect(run.open).toEqual(["group waiting", "item scheduled", "item scheduled", "item pending"]);
    run.run("item");
    expect(run.open).toEqual(["group waiting", "item scheduled", "item scheduled"]);
    run.run("item").run("item");
    expect(run.open).toEqual(["group scheduled"]);
  });

  test("given no items, then the group goes on at once, and a callback gets its empty list", () => {
    expect(around(map()).openGroup("group", null, []).open).toEqual(["group scheduled"]);
    const called = around(map({ callback: "sum" })).openGroup("group", null, []);
    expect(called.open).toEqual(["group waiting", "sum scheduled"]);
  });

  test("given steps inside of an item, then all of them know their item", () => {
    const run = around(map({ members: ["each"] }), {
      each: { kind: "sequence", members: ["x", "y"] },
    });
    run.openGroup("group", null, ["only"]);
    const item = run.token("each", "scheduled").executionId;
    run.openGroup("each");
    expect(run.token("x", "scheduled").membership?.itemId).toBe(item);
  });
});
