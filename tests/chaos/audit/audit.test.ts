import { describe, expect, test } from "vitest";
import type { Effect } from "../../support/effects.ts";
import { probe } from "../load/runs.ts";
import { judgeEffects, judgeInstances, judgeTasks } from "./audit.ts";
import { readLog } from "./process-log.ts";
import type { InstanceRow } from "./rows.ts";

/* That the checks of a chaos run bite: each is given what must not be. */

const run = probe(1, "http://127.0.0.1:1");
const row: InstanceRow = {
  id: "a",
  workflow: "chaos_probe",
  status: "completed",
  error: null,
  output: null,
  context: {},
  isRoot: true,
  steps: { "flow succeeded": 1 },
};

describe("judgeInstances", () => {
  const judge = (...found: readonly InstanceRow[]) => judgeInstances(new Map([["a", run]]), found);

  test("given an instance as it should be, then nothing is wrong", () => {
    expect(judge(row)).toEqual({
      completed: 1,
      failed: 0,
      lost: [],
      stuck: [],
      doubled: [],
      wrong: [],
    });
  });

  test.each([
    ["no row", [], "lost"],
    ["one that still runs", [{ ...row, status: "running" }], "stuck"],
    ["one that nobody was told of", [row, { ...row, id: "b" }], "doubled"],
    ["a step that counts twice", [{ ...row, steps: { "flow succeeded": 2 } }], "wrong"],
    ["a failure that nobody demands", [{ ...row, status: "failed", error: "x" }], "wrong"],
  ] as const)("given %s, then it is %s", (_, found, verdict) => {
    expect(judge(...found)[verdict]).toHaveLength(1);
  });

  test("given an inner workflow, then it is no second start", () => {
    expect(judge(row, { ...row, id: "c", isRoot: false }).doubled).toEqual([]);
  });
});

describe("judgeEffects", () => {
  const effect = (event: Effect["event"], attempt: number): Effect => ({
    instance: "a",
    step: "flow",
    event,
    attempt,
    tryNumber: 1,
    key: "k",
    pid: 1,
    reason: null,
    sending: `${event} ${attempt}`,
  });
  const both = (attempt: number) => [effect("started", attempt), effect("ended", attempt)];

  test("given an attempt that was cut short and the one that counts, then one was repeated", () => {
    const verdict = judgeEffects([effect("started", 1), ...both(2)], [{ id: "k", attempt: 2 }]);
    expect(verdict).toEqual({ effects: 1, repeatedAttempts: 1, repeatedEffects: 0, wrong: [] });
  });

  test("given two attempts that came to their end, then the receiver counted one", () => {
    const verdict = judgeEffects([...both(1), ...both(2)], [{ id: "k", attempt: 2 }]);
    expect(verdict).toMatchObject({ repeatedEffects: 1, wrong: [] });
  });

  test("given one attempt that ran twice, then it is wrong", () => {
    const verdict = judgeEffects([...both(1), ...both(1)], [{ id: "k", attempt: 1 }]);
    expect(verdict.wrong).toEqual(["k attempt 1 started 2 times", "k attempt 1 ended 2 times"]);
  });

  test("given an attempt that counts and has done nothing, then it is wrong", () => {
    expect(judgeEffects(both(1), [{ id: "k", attempt: 2 }]).wrong).toHaveLength(1);
  });
});

test("given two people who were told that theirs counts, or one whose answer is not there, then it is wrong", () => {
  const completed = [{ id: "t", completedBy: "ann" }];
  expect(judgeTasks(completed, new Map([["t", ["ann"]]]))).toEqual([]);
  expect(judgeTasks(completed, new Map([["t", ["bob"]]]))).toHaveLength(1);
  expect(judgeTasks(completed, new Map([["t", ["ann", "bob"]]]))).toHaveLength(1);
});

test("given what processes print, then it is counted, and what is no line of theirs is unhandled", () => {
  const log = readLog([
    '[worker-1] {"level":30,"msg":"handed over steps that nobody had claimed","steps":3}',
    '[worker-1] {"level":30,"msg":"a stale commit changed nothing"}',
    '[api] {"level":50,"msg":"failed"}',
    '[api] {"level":60,"msg":"read ECONNRESET"}',
    "[worker-2] TypeError: Cannot read properties of null",
  ]);
  expect(log).toMatchObject({ requeued: 3, staleCommits: 1, errors: { failed: 1 } });
  expect(log.unhandled).toHaveLength(2);
});
