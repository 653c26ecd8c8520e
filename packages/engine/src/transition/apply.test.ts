import { describe, expect, test } from "vitest";
import { WorkflowAlreadyCompletedError } from "../errors.ts";
import { asId, type WorkerId } from "../ids.ts";
import { aStructure } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";
import { apply } from "./apply.ts";

const worker = asId<WorkerId>("00000000-0000-7000-8000-00000000ffff");
const diamond = ["a -> b", "a -> c", "b -> d", "c -> d"];

describe("one branch", () => {
  test("given a chain, then each step follows the one before and the last completes it [scenario 49]", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"]));
    walk.run("a", ["b"]).run("b", ["c"]).run("c");
    expect(walk.path).toEqual(["a", "b", "c"]);
    expect(walk.state).toMatchObject({ status: "completed", tokens: [] });
    expect(walk.ended.map((end) => end.sequence)).toEqual([1, 2, 3]);
  });

  test("given a worker that goes on inline, then the instance's row is touched at the end alone", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"]));
    walk.succeed(walk.claim("a"), [0], { x: 1 }, worker);
    expect(walk.open).toEqual(["b running"]);
    walk.succeed(walk.token("b"), [1], { y: 2 }, worker);
    expect(walk.touched).toBe(0);
    expect(walk.state.unfolded).toEqual({ x: 1, y: 2 });
    walk.succeed(walk.token("c"), [], { z: 3 }, worker);
    expect(walk.touched).toBe(1);
    expect(walk.context).toEqual({ x: 1, y: 2, z: 3 });
  });

  test("given a fork, then none of its branches is carried on inline", () => {
    const walk = new Walk(aStructure(diamond));
    walk.succeed(walk.claim("a"), [0, 1], {}, worker);
    expect(walk.open).toEqual(["b scheduled", "c scheduled"]);
  });

  test("given a step that ends without a matching edge, then the branch is over", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    walk.run("a");
    expect(walk.state.status).toBe("completed");
  });

  test("given onNoMatch fail, then the instance fails in words; a terminal step needs no edge", () => {
    const walk = new Walk(aStructure(["a -> b"], { onNoMatch: "fail" }));
    expect(
      new Walk(aStructure(["a -> b"], { onNoMatch: "fail" })).run("a", ["b"]).run("b").state.status,
    ).toBe("completed");
    const { executionId, attempt } = walk.claim("a");
    const applied = apply(
      walk.graph,
      walk.state,
      [
        {
          type: "step.succeeded",
          executionId,
          attempt,
          contextChanges: {},
          result: null,
          edges: [],
          continueAs: null,
        },
      ],
      { now: new Date(0), newId: () => "" },
    );
    expect(applied.kind === "applied" && applied.changes?.instance).toMatchObject({
      status: "failed",
      error: "Step 'a' ended and none of its outgoing edges matched",
    });
  });

  test("given a loop, then its steps run again and nothing waits", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> a", "b -> c"]));
    walk.run("a", ["b"]).run("b", ["a"]).run("a", ["b"]).run("b", ["c"]).run("c");
    expect(walk.path).toEqual(["a", "b", "a", "b", "c"]);
    expect(walk.state.status).toBe("completed");
  });
});

describe("joins", () => {
  test("given a fork, then the join waits for every branch that runs [scenario 60]", () => {
    const walk = new Walk(aStructure(diamond));
    walk.run("a", ["b", "c"]).run("b", ["d"]);
    expect(walk.open).toEqual(["c scheduled", "d pending"]);
    walk.run("c", ["d"]);
    expect(walk.open).toEqual(["d scheduled"]);
    walk.run("d");
    expect(walk.path).toEqual(["a", "b", "c", "d"]);
  });

  test("given an exclusive choice, then the common step does not wait", () => {
    const walk = new Walk(aStructure(diamond));
    walk.run("a", ["b"]).run("b", ["d"]);
    expect(walk.open).toEqual(["d scheduled"]);
  });

  test("given a branch that ends before the join, then the join starts without it", () => {
    const walk = new Walk(aStructure(diamond));
    walk.run("a", ["b", "c"]).run("b", ["d"]);
    expect(walk.open).toEqual(["c scheduled", "d pending"]);
    walk.run("c");
    expect(walk.open).toEqual(["d scheduled"]);
  });

  test("given a branch that turns away to another step, then the join starts", () => {
    const walk = new Walk(aStructure([...diamond, "c -> e"]));
    walk.run("a", ["b", "c"]).run("b", ["d"]).run("c", ["e"]);
    expect(walk.open).toEqual(["d scheduled", "e scheduled"]);
  });

  test("given nested forks, then the outer join waits for the inner", () => {
    const walk = new Walk(
      aStructure([
        "a -> b",
        "a -> c",
        "b -> b1",
        "b -> b2",
        "b1 -> j",
        "b2 -> j",
        "j -> d",
        "c -> d",
      ]),
    );
    walk.run("a", ["b", "c"]).run("c", ["d"]).run("b", ["b1", "b2"]).run("b1", ["j"]);
    expect(walk.open.toSorted()).toEqual(["b2 scheduled", "d pending", "j pending"]);
    walk.run("b2", ["j"]);
    expect(walk.open.toSorted()).toEqual(["d pending", "j scheduled"]);
    walk.run("j", ["d"]);
    expect(walk.open).toEqual(["d scheduled"]);
  });

  test("given a loop around a fork, then each round has its own join", () => {
    const walk = new Walk(aStructure([...diamond, "d -> a", "d -> e"]));
    walk.run("a", ["b", "c"]).run("b", ["d"]).run("c", ["d"]).run("d", ["a"]);
    walk.run("a", ["b", "c"]).run("c", ["d"]).run("b", ["d"]).run("d", ["e"]).run("e");
    expect(walk.path).toEqual(["a", "b", "c", "d", "a", "c", "b", "d", "e"]);
    expect(walk.state.status).toBe("completed");
  });

  test("given a terminal step with an edge back, then it is no loop and joins as any other", () => {
    const edges = ["a -> t", "a -> c", "t -> b", "b -> c", "c -> t"];
    const walk = new Walk(aStructure(edges, { terminalSteps: ["t"] }));
    walk.run("a", ["t", "c"]);
    expect(walk.open.toSorted()).toEqual(["c scheduled", "t pending"]);
    walk.run("c", ["t"]).run("t");
    expect(walk.path).toEqual(["a", "c", "t"]);
    expect(walk.state.status).toBe("completed");
  });

  test("given two edges between the same steps, then the target runs once", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> b"]));
    walk.succeed(walk.claim("a"), [0, 1]);
    expect(walk.open).toEqual(["b scheduled"]);
  });
});

describe("endings", () => {
  test("given a listed terminal step, then branches that cannot reach one are canceled and say so", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> side"], { terminalSteps: ["b"] }));
    walk.run("a", ["b", "side"]).run("b");
    expect(walk.path).toEqual(["a", "b", "side canceled"]);
    expect(walk.state.status).toBe("completed");
  });

  test("given another branch that still leads to a terminal step, then the instance goes on", () => {
    const walk = new Walk(
      aStructure(["a -> b", "a -> c", "c -> d"], { terminalSteps: ["b", "d"] }),
    );
    walk.run("a", ["b", "c"]).run("b");
    expect(walk.state.status).toBe("running");
    walk.run("c", ["d"]).run("d");
    expect(walk.state.status).toBe("completed");
  });

  test("given a listed terminal step with edges, then they are not taken", () => {
    const walk = new Walk(aStructure(["a -> b"], { terminalSteps: ["a"] }));
    walk.succeed(walk.claim("a"), [0]);
    expect(walk.state).toMatchObject({ status: "completed", tokens: [] });
  });

  test("given terminal steps that nothing reaches, then it completes when no branch is left", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"], { terminalSteps: ["c"] }));
    walk.run("a", ["b"]).run("b");
    expect(walk.state.status).toBe("completed");
  });

  test("given an instance that is over, then nothing changes it any more", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    walk.succeed(a, []);
    const environment = { now: new Date(0), newId: () => "" };
    const late = { executionId: a.executionId, attempt: 1, contextChanges: {} };
    const event = {
      ...late,
      type: "step.succeeded",
      result: 1,
      edges: [0],
      continueAs: null,
    } as const;
    const cancel = { type: "instance.canceled", reason: "late" } as const;
    expect(apply(walk.graph, walk.state, [event, cancel], environment)).toMatchObject({
      outcomes: [
        { kind: "stale" },
        { kind: "refused", error: expect.any(WorkflowAlreadyCompletedError) },
      ],
      changes: null,
    });
  });

  test("given other branches that run, when it is canceled, then their code is told to stop", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> c"]));
    walk.run("a", ["b", "c"]);
    const { executionId } = walk.claim("b");
    const applied = apply(walk.graph, walk.state, [{ type: "instance.canceled", reason: "stop" }], {
      now: new Date(0),
      newId: () => "",
    });
    expect(applied.kind === "applied" && applied.commands).toEqual([
      { type: "abort", executionId, attempt: 1 },
    ]);
  });
});
