import { MachineStep, MapGroup, WorkflowDefinition, type JsonValue } from "@drover/engine";
import { describe, expect, test } from "vitest";
import { recordRun, replay, type ApiExecution, type ApiInstance } from "./index.ts";

const shout = new WorkflowDefinition({
  name: "shout",
  version: "1.0.0",
  steps: {
    all: new MapGroup({
      items: () => ["a", "b"],
      step: new MachineStep({ name: "one", execute: ({ item }) => (item === "a" ? "A" : "B") }),
    }),
  },
  edges: [],
  initialStep: "all",
});

/** Seconds after the start. */
function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 5, 9, 0, seconds)).toISOString();
}

function entry(
  step: Pick<ApiExecution, "step_name" | "step_type"> & Partial<ApiExecution>,
  result: JsonValue,
  end: number,
): ApiExecution {
  return {
    status: "succeeded",
    started_at: at(0),
    completed_at: at(end),
    error: null,
    output_data: { result },
    context_changes: {},
    completed_by: null,
    ...step,
  };
}

function answer(history: readonly ApiExecution[], more: Partial<ApiInstance> = {}): ApiInstance {
  return {
    definition_name: "shout",
    definition_version: "1.0.0",
    status: "completed",
    started_at: at(0),
    completed_at: at(9),
    context_data: {},
    error: null,
    output: ["A", "B"],
    step_count: history.length,
    step_history: history,
    ...more,
  };
}

const one = (index: number) => ({ step_name: "one", step_type: "machine", index }) as const;
const all = { step_name: "all", step_type: "group", index: null } as const;

describe("a recording of the API's answer", () => {
  test("given a map whose second item ended first, then its replay keeps the items' order", async () => {
    const again = await replay(
      recordRun(answer([entry(one(1), "B", 1), entry(one(0), "A", 5), entry(all, ["A", "B"], 9)])),
      shout,
    );
    expect([again.differences, again.run.output]).toEqual([[], ["A", "B"]]);
  });

  test("given an error, then its type is the one that was thrown", () => {
    const error_details = { type: "PaymentError", message: "no money", stack: null, cause: null };
    const failed = { ...one(0), status: "failed", error: "no money", error_details } as const;
    const { executions } = recordRun(answer([entry(failed, null, 1)], { status: "failed" }));
    expect(executions[0]?.error).toEqual({ type: "PaymentError", message: "no money" });
  });

  test("given a history that the answer shows in part, then it is refused with the way out", () => {
    const part = answer([entry(one(0), "A", 1)], { step_count: 501 });
    expect(() => recordRun(part)).toThrow(
      expect.objectContaining({
        code: "HISTORY_INCOMPLETE",
        message: expect.stringMatching(/1 of 501 step executions.*history.*engine/),
      }),
    );
  });
});
