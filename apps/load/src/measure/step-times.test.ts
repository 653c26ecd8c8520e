import { describe, expect, test } from "vitest";
import type { Definition, Execution } from "../http/shapes.ts";
import { queueTime, stepTimes } from "./step-times.ts";

const definition: Definition = {
  name: "fork",
  version: "1.0.0",
  input_schema: null,
  edges: [
    { source: "begin", target: "left" },
    { source: "begin", target: "right" },
    { source: "left", target: "meet" },
    { source: "right", target: "meet" },
  ],
};

function execution(
  step: string,
  [created, started, completed]: [number, number | null, number | null],
  more: Partial<Execution> = {},
): Execution {
  return {
    step_name: step,
    step_type: "machine",
    status: "succeeded",
    created_at: created,
    started_at: started,
    completed_at: completed,
    attempts: [],
    undoes: null,
    ...more,
  };
}

const FORK = [
  execution("begin", [0, 10, 20]),
  execution("left", [20, 21, 40]),
  execution("right", [20, 50, 90]),
  execution("meet", [40, 95, 100]),
];

describe("the times of steps", () => {
  test("given a step where branches meet, then it is ready when the last one has ended", () => {
    expect(stepTimes(FORK, definition).map(({ step, ready }) => [step, ready])).toEqual([
      ["begin", 0],
      ["left", 20],
      ["right", 20],
      ["meet", 90],
    ]);
  });

  test("given steps that have not ended, or undo others, then they are left out", () => {
    const history = [
      execution("begin", [0, 1, 2], { undoes: "x" }),
      execution("left", [2, 3, null]),
      execution("right", [2, null, 9]),
    ];
    expect(stepTimes(history, definition)).toEqual([]);
  });

  test("given clocks that are apart, then no time is negative", () => {
    expect(stepTimes([execution("begin", [5, 3, 2])], definition)).toMatchObject([
      { ready: 3, begun: 3, ended: 3 },
    ]);
  });
});

describe("the time in queues", () => {
  test("given branches, then only that counts in which no other one gets on", () => {
    // 0 to 10 and 90 to 95; from 40 to 50 the right one is queued alone, and at 20 for a moment.
    expect(queueTime(stepTimes(FORK, definition))).toEqual({ total: 26, stretches: 4 });
  });

  test("given steps that follow at once, then there is none", () => {
    const history = [execution("begin", [0, 0, 5]), execution("left", [5, 5, 9])];
    expect(queueTime(stepTimes(history, definition))).toEqual({ total: 0, stretches: 0 });
  });
});
