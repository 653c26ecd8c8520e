import { describe, expect, test } from "vitest";
import { asId, type WorkerId } from "../ids.ts";
import { aStructure, withGroups } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";

const pause = { type: "instance.paused" } as const;
const resume = { type: "instance.resumed", fromStep: null } as const;
const retry = { type: "instance.retried", fromStep: null, contextPatch: {} } as const;

describe("a pause", () => {
  test("given a running step, then it ends, and what follows does not start before the pause ends", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    walk.happen(pause);
    expect(walk.open).toEqual(["a running"]);
    walk.succeed(a, [0]);
    expect(walk.state.status).toBe("paused");
    expect(walk.open).toEqual(["b pending"]);
    walk.happen(resume);
    expect(walk.open).toEqual(["b scheduled"]);
    expect(walk.state.status).toBe("running");
  });

  test("given ready steps, then they are held, and one that goes on inline is not claimed", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> c"]));
    walk.run("a", ["b", "c"]).happen(pause);
    expect(walk.open).toEqual(["b pending", "c pending"]);
    walk.happen(resume).run("b").run("c");
    expect(walk.state.status).toBe("completed");
  });

  test("given a timer that falls due meanwhile, then its step goes on when the pause ends", () => {
    const walk = new Walk(aStructure(["timer_a -> b"]));
    walk.wait("timer_a", { kind: "timer", fireAt: new Date(0) }).happen(pause);
    const { wait } = walk.waitingAt("timer_a");
    if (wait.kind !== "timer") throw new Error("the step waits for no timer");
    walk.happen({ type: "timer.fired", timerId: wait.timerId });
    expect(walk.open).toEqual(["timer_a pending"]);
    walk.happen(resume).run("timer_a", ["b"]).run("b");
    expect(walk.state.status).toBe("completed");
  });

  test("given a timer whose step its worker takes in a pause, then it is left to fire", () => {
    const walk = new Walk(aStructure(["timer_a -> b"]));
    walk.wait("timer_a", { kind: "timer", fireAt: new Date(0) }).happen(pause);
    const { wait } = walk.waitingAt("timer_a");
    if (wait.kind !== "timer") throw new Error("the step waits for no timer");
    const { version } = walk.state;
    const workerId = asId<WorkerId>(walk.newId());
    const claim = { workerId, version, dueAt: walk.now, edge: null };
    const taken = { type: "timer.taken", timerId: wait.timerId, ...claim } as const;
    expect(() => walk.happen(taken)).toThrow("the event was stale");
    expect(walk.open).toEqual(["timer_a waiting"]);
  });

  test("given a step that fails meanwhile, then the instance fails and stays so", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    walk.happen(pause).fail(a, "broken");
    expect(walk.state).toMatchObject({ status: "failed", tokens: [] });
  });

  test("when it goes on from another step, then what stood elsewhere is canceled", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"]));
    walk.run("a", ["b"]).happen(pause);
    walk.happen({ type: "instance.resumed", fromStep: "c" });
    expect(walk.open).toEqual(["c scheduled"]);
    expect(walk.path).toEqual(["a", "b canceled"]);
  });

  test("when an instance goes on that is not paused, then whoever asked is told", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    expect(() => walk.happen(resume)).toThrow(/is not paused: it is running/);
  });
});

describe("a retry", () => {
  test("given a failed step, then it runs again with the patched context", () => {
    const walk = new Walk(aStructure(["a -> b"])).run("a", ["b"]);
    walk.fail(walk.claim("b"), "broken");
    walk.happen({ ...retry, contextPatch: { fixed: true } });
    expect(walk.open).toEqual(["b scheduled"]);
    expect(walk.context).toEqual({ fixed: true });
    walk.run("b");
    expect(walk.state.status).toBe("completed");
    expect(walk.path).toEqual(["a", "b failed", "b"]);
  });

  test("given a fork of which one branch failed, then the canceled one runs again too, and they meet", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> c", "a -> d", "b -> e", "c -> e", "d -> e"]));
    walk.run("a", ["b", "c", "d"]).run("d", ["e"]);
    walk.fail(walk.claim("b"), "broken").happen(retry);
    expect(walk.open).toEqual(["b scheduled", "c scheduled", "e pending"]);
    walk.run("b", ["e"]).run("c", ["e"]);
    expect(walk.token("e", "scheduled").arrivals).toHaveLength(3);
    walk.run("e");
    expect(walk.state.status).toBe("completed");
  });

  test("given a failed member, then its group runs again from the start", () => {
    const structure = withGroups(aStructure(["a -> group"]), {
      group: { kind: "sequence", members: ["m"] },
    });
    const walk = new Walk(structure).run("a", ["group"]).openGroup("group");
    walk.fail(walk.claim("m"), "broken");
    walk.fail(walk.claim("group"), "broken").happen(retry);
    expect(walk.open).toEqual(["group scheduled"]);
  });

  test("from another step, then one token stands there", () => {
    const walk = new Walk(aStructure(["a -> b", "b -> c"])).run("a", ["b"]);
    walk.fail(walk.claim("b"), "broken").happen({ ...retry, fromStep: "a" });
    expect(walk.open).toEqual(["a scheduled"]);
  });

  test("of an instance that has not failed, from a step that is not there or in a group, then it is refused", () => {
    const structure = withGroups(aStructure(["a -> group"]), {
      group: { kind: "sequence", members: ["m"] },
    });
    const walk = new Walk(structure);
    expect(() => walk.happen(retry)).toThrow(/has not failed: it is running/);
    walk.fail(walk.claim("a"), "broken");
    expect(() => walk.happen({ ...retry, fromStep: "x" })).toThrow(/'x' not found in definition/);
    expect(() => walk.happen({ ...retry, fromStep: "m" })).toThrow(/runs inside of 'group'/);
    expect(walk.state.status).toBe("failed");
  });
});

describe("a skip", () => {
  test("given a waiting step, then its wait is over and it runs to be skipped", () => {
    const walk = new Walk(aStructure(["human_a -> b"]));
    walk.waitForPerson("human_a");
    const { executionId } = walk.token("human_a", "waiting");
    walk.happen({ type: "step.skip-requested", executionId });
    expect(walk.open).toEqual(["human_a scheduled"]);
    expect(walk.resumptionOf("human_a")).toEqual({ kind: "skip" });
    expect(walk.taskChanges).toEqual(["canceled"]);
  });

  test("given a running step, then its run is stale", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    const a = walk.claim("a");
    walk.happen({ type: "step.skip-requested", executionId: a.executionId });
    expect(walk.token("a", "scheduled").attempt).toBe(2);
    expect(() => walk.succeed(a, [0])).toThrow(/stale/);
  });

  test("given a group, then its members are canceled", () => {
    const structure = withGroups(aStructure(["group -> b"]), {
      group: { kind: "race", members: ["m", "n"] },
    });
    const walk = new Walk(structure).openGroup("group");
    const { executionId } = walk.token("group", "waiting");
    walk.happen({ type: "step.skip-requested", executionId });
    expect(walk.open).toEqual(["group scheduled"]);
    expect(walk.path).toEqual(["m canceled", "n canceled"]);
  });

  test("given a step that has ended, or waits at a join, then it is refused", () => {
    const walk = new Walk(aStructure(["a -> b", "a -> c", "b -> d", "c -> d"]));
    const a = walk.claim("a");
    walk.succeed(a, [0, 1]).run("b", ["d"]);
    const skip = (executionId: typeof a.executionId) => () =>
      walk.happen({ type: "step.skip-requested", executionId });
    expect(skip(a.executionId)).toThrow(/it has ended/);
    expect(skip(walk.token("d", "pending").executionId)).toThrow(/it waits for its join/);
  });
});

describe("compensation", () => {
  const saga = () => {
    const structure = aStructure(["a -> b", "b -> c", "c -> d"]);
    const steps = structure.steps.map((step) =>
      step.name === "a" || step.name === "c" ? { ...step, compensates: true as const } : step,
    );
    return new Walk({ ...structure, steps });
  };

  test("given steps that can be undone, when a later one fails, then they are undone, the last first", () => {
    const walk = saga().run("a", ["b"]).run("b", ["c"]).run("c", ["d"]);
    walk.fail(walk.claim("d"), "broken");
    expect(walk.open).toEqual(["c scheduled"]);
    expect(walk.token("c", "scheduled").undoes).not.toBeNull();
    expect(walk.state.status).toBe("running");
    walk.run("c");
    expect(walk.open).toEqual(["a scheduled"]);
    walk.run("a");
    expect(walk.state.status).toBe("failed");
    expect(walk.error).toBe("broken");
  });

  test("given an undoing that fails for good, then the others are undone and the error says so", () => {
    const walk = saga().run("a", ["b"]).run("b", ["c"]).run("c", ["d"]);
    walk.fail(walk.claim("d"), "broken");
    walk.fail(walk.claim("c"), "no").run("a");
    expect(walk.error).toBe("broken; compensation of step 'c' failed: no");
  });

  test("given steps that were undone, then a retry has to say from where, and a second failure undoes only what has succeeded since", () => {
    const walk = saga().run("a", ["b"]);
    walk.fail(walk.claim("b"), "broken").run("a");
    expect(walk.state.status).toBe("failed");
    expect(() => walk.happen(retry)).toThrow(/has undone 'a': a retry has to name the step/);
    walk
      .happen({ ...retry, fromStep: "b" })
      .run("b", ["c"])
      .run("c", ["d"]);
    walk.fail(walk.claim("d"), "again");
    expect(walk.open).toEqual(["c scheduled"]);
    walk.run("c");
    expect(walk.state.status).toBe("failed");
  });
});

describe("signals", () => {
  const signal = (name: string, payload: number) =>
    ({
      type: "signal.received",
      signalId: `00000000-0000-7000-8000-0000000001${payload.toString().padStart(2, "0")}`,
      name,
      payload,
      deduplicationId: null,
    }) as const;

  test("given a step that waits, then it goes on with the payload", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    walk.wait("a", { kind: "signal", name: "go", timeoutAt: null }).signal(signal("go", 1));
    expect(walk.resumptionOf("a")).toEqual({ kind: "signal", payload: 1 });
  });

  test("given none that waits, then it is kept for the one that will, the oldest first", () => {
    const walk = new Walk(aStructure(["a -> b"]));
    walk.signal(signal("go", 1)).signal(signal("other", 2)).signal(signal("go", 3));
    walk.wait("a", { kind: "signal", name: "go", timeoutAt: null });
    expect(walk.resumptionOf("a")).toEqual({ kind: "signal", payload: 1 });
    walk.run("a", ["b"]).wait("b", { kind: "signal", name: "go", timeoutAt: null });
    expect(walk.resumptionOf("b")).toEqual({ kind: "signal", payload: 3 });
  });
});

describe("scheduling a step by hand", () => {
  test("given a moment, then it starts anew when its time has come; without one at once", () => {
    const walk = new Walk(aStructure(["human_a -> b"]));
    walk.waitForPerson("human_a");
    walk.happen({ type: "step.scheduled", stepName: "b", runAt: new Date(Date.UTC(2030, 0)) });
    const { wait } = walk.waitingAt("b");
    if (wait.kind !== "delay") throw new Error("the step waits for something else");
    walk.happen({ type: "timer.fired", timerId: wait.timerId });
    expect(walk.open).toEqual(["human_a waiting", "b scheduled"]);
    walk.happen({ type: "step.scheduled", stepName: "b", runAt: null });
    expect(walk.open).toEqual(["human_a waiting", "b scheduled", "b scheduled"]);
  });
});
