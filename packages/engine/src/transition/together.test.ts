import { describe, expect, test } from "vitest";
import { asId, type InstanceId, type SignalId } from "../ids.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import type { WorkflowEvent } from "../state/events.ts";
import { aStructure, countingIds } from "../testing/builders.ts";
import { there } from "../testing/there.ts";
import { Walk } from "../testing/walk.ts";
import { apply } from "./apply.ts";

function compensating(structure: WorkflowStructure, ...names: string[]): WorkflowStructure {
  return {
    ...structure,
    steps: structure.steps.map((s) =>
      names.includes(s.name) ? { ...s, compensates: true as const } : s,
    ),
  };
}
function joining(
  structure: WorkflowStructure,
  name: string,
  join: { count: number; cancelOthers: boolean },
) {
  return {
    ...structure,
    steps: structure.steps.map((s) => (s.name === name ? { ...s, join } : s)),
  };
}
/** Several events in one transition, as PostgresStore decides on them. */
function together(walk: Walk, events: readonly WorkflowEvent[]) {
  const ids = countingIds();
  const newId = () => ids().replace("-7000-", "-7fff-");
  const applied = apply(walk.graph, walk.state, events, { now: new Date(), newId });
  if (applied.kind === "incomplete") throw new Error("incomplete");
  return applied;
}
const error = { type: "Error", message: "x", stack: null, cause: null };
const resume = { type: "instance.resumed", fromStep: null } as const;
const retry = { type: "instance.retried", fromStep: null, contextPatch: {} } as const;

describe("several events in one transition", () => {
  test("a refused resume (unknown step) leaves the pause as it is", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> c"]));
    walk.run("a", ["b", "c"]);
    const b = walk.claim("b");
    walk.happen({ type: "instance.paused" });
    const applied = together(walk, [
      { type: "instance.resumed", fromStep: "no-such-step" },
      {
        type: "step.succeeded",
        executionId: b.executionId,
        attempt: 1,
        contextChanges: {},
        result: null,
        edges: [],
        continueAs: null,
      },
    ]);
    expect(applied.outcomes.map((o) => o.kind)).toEqual(["refused", "applied"]);
    // c is held for the pause: an instance that is not paused can never be resumed.
    expect(applied.state.tokens.map((t) => `${t.stepName} ${t.status}`)).toEqual(["c pending"]);
    expect(applied.state.status).toBe("paused");
  });

  test("a signal that comes just before its step begins to wait wakes it", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    const applied = together(walk, [
      {
        type: "signal.received",
        signalId: asId<SignalId>("00000000-0000-7000-9000-000000000001"),
        name: "go",
        payload: 1,
        deduplicationId: null,
      },
      {
        type: "step.waiting",
        executionId: a.executionId,
        attempt: 1,
        contextChanges: {},
        wait: { kind: "signal", name: "go", timeoutAt: null },
      },
    ]);
    expect(applied.state.tokens.map((t) => t.status)).toEqual(["scheduled"]);
  });

  test("a task that is reassigned and completed is written once, as completed", () => {
    const walk = new Walk(aStructure(["human_a -> b"]));
    walk.waitForPerson("human_a");
    const { wait } = walk.waitingAt("human_a");
    if (wait.kind !== "task") throw new Error("no task");
    const applied = together(walk, [
      { type: "task.reassigned", taskId: wait.taskId, assigneeId: "bob" },
      { type: "task.completed", taskId: wait.taskId, completedBy: "bob", data: {}, comment: null },
    ]);
    expect(applied.changes?.tasks.map((t) => t.status)).toEqual(["completed"]);
  });

  test("a step that was claimed inline and canceled in the same transition is nobody's to run", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    const applied = together(walk, [
      {
        type: "step.succeeded",
        executionId: a.executionId,
        attempt: 1,
        contextChanges: {},
        result: null,
        edges: [0],
        continueAs: asId("00000000-0000-7000-9000-000000000002"),
      },
      { type: "instance.canceled", reason: "no" },
    ]);
    expect(applied.state.status).toBe("canceled");
    expect(applied.outcomes[0]).toMatchObject({ kind: "applied", inline: null });
  });
});

describe("compensation", () => {
  const structure = compensating(aStructure(["a -> b", "b -> c", "x -> y"]), "a", "b");

  test("a step that is scheduled by hand meanwhile is refused, or at least keeps nothing from being undone", () => {
    const walk = new Walk(structure);
    walk.run("a", ["b"]).run("b", ["c"]);
    walk.fail(walk.claim("c"), "broken");
    expect(walk.open).toEqual(["b scheduled"]); // undoing b
    try {
      walk.happen({ type: "step.scheduled", stepName: "x", runAt: null });
    } catch {
      return; // refused: fine
    }
    const undo = walk.claim("b");
    walk.fail(walk.claim("x"), "broken too");
    // b's compensation was canceled in the middle and is never tried again.
    expect(walk.path).not.toContain("b canceled");
    void undo;
  });

  test("a failed instance's place is kept although a step was scheduled by hand while undoing", () => {
    const walk = new Walk(structure);
    walk.run("a", ["b"]).run("b", ["c"]);
    walk.fail(walk.claim("c"), "broken");
    try {
      walk.happen({ type: "step.scheduled", stepName: "x", runAt: null });
    } catch {
      return;
    }
    walk.fail(walk.claim("x"), "broken too");
    while (walk.state.tokens.length > 0) walk.run(there(walk.state.tokens[0]).stepName);
    walk.happen(retry);
    expect(walk.open).toContain("c scheduled");
  });
});

describe("a retry", () => {
  test("of an instance in which the same step stood twice takes both up again", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    walk.run("a", ["b"]).happen({ type: "step.scheduled", stepName: "b", runAt: null });
    expect(walk.open).toEqual(["b scheduled", "b scheduled"]);
    walk.fail(walk.claimToken(there(walk.state.tokens[0])), "broken").happen(retry);
    expect(walk.open).toEqual(["b scheduled", "b scheduled"]);
  });

  test("of a counting join that runs while its next round gathers takes the run up again", () => {
    const s = joining(aStructure(["a -> b", "a -> c", "b -> j", "c -> j", "j -> a"]), "j", {
      count: 1,
      cancelOthers: false,
    });
    const s2 = joining(
      aStructure(["s -> a", "s -> b", "s -> c", "a -> j", "b -> j", "c -> j", "j -> end"]),
      "j",
      { count: 2, cancelOthers: false },
    );
    void s;
    const walk = new Walk(s2);
    walk.run("s", ["a", "b", "c"]).run("a", ["j"]).run("b", ["j"]); // fires: j scheduled; round open for c
    walk.happen({ type: "step.scheduled", stepName: "a", runAt: null }).run("a", ["j"]); // second token over a's edge: next round
    expect(walk.open).toEqual(["c scheduled", "j scheduled", "j pending"]);
    walk.fail(walk.claim("j"), "broken").happen(retry);
    expect(walk.open.toSorted()).toEqual(["c scheduled", "j pending", "j scheduled"]);
  });
});

describe("joins", () => {
  test("cancelOthers does not depend on the order of the edges", () => {
    const openAfter = (edges: string[]) => {
      const walk = new Walk(joining(aStructure(edges), "j", { count: 1, cancelOthers: true }));
      return walk.run(
        "a",
        ["j", "c"].toSorted((x, y) => edges.indexOf(`a -> ${x}`) - edges.indexOf(`a -> ${y}`)),
      ).open;
    };
    expect(openAfter(["a -> j", "a -> c", "c -> j", "j -> k"])).toEqual(
      openAfter(["a -> c", "a -> j", "c -> j", "j -> k"]),
    );
  });
});

describe("a skip", () => {
  test("of a step that waits for another workflow cancels that workflow, as every other way to leave it does", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const child = new Walk(aStructure(["x -> y"]));
    const messages: unknown[] = [];
    walk.observers.push(({ changes }) => messages.push(...changes.newMessages));
    walk.wait("a", {
      kind: "child",
      instance: {
        instanceId: asId<InstanceId>("00000000-0000-7000-9000-000000000003"),
        origin: {
          instanceId: walk.state.id,
          executionId: walk.token("a", "scheduled").executionId,
          depth: 1,
          waits: true,
        },
        firstExecution: { ...child.state.tokens[0] },
      } as never,
    });
    const { executionId } = walk.waitingAt("a");
    walk.happen({ type: "step.skip-requested", executionId });
    expect(messages).toMatchObject([
      { instanceId: "00000000-0000-7000-9000-000000000003", event: { type: "instance.canceled" } },
    ]);
  });
});
void error;
void resume;
