import { beforeEach, describe, expect, test } from "vitest";
import { asId, type TaskId, type WorkerId } from "../ids.ts";
import type { StepError, StepEvent, TaskRequest, WorkflowEvent } from "../state/events.ts";
import type { Changes } from "../state/changes.ts";
import { aStructure } from "../testing/builders.ts";
import { Walk } from "../testing/walk.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";
import { asOne } from "../transition/as-one.ts";
import { lifecycleEvents } from "./lifecycle-events.ts";

const AT = new Date("2026-01-01T00:01:00Z");
const error: StepError = { type: "TypeError", message: "broken", stack: "at a", cause: null };
const request: TaskRequest = {
  kind: "task",
  title: "Look",
  description: "closely",
  formSchema: null,
  assigneeId: "ann",
  assigneeGroup: "readers",
  dueAt: new Date("2026-02-01T00:00:00Z"),
  reminderAt: null,
};

let walk: Walk;
let told: LifecycleEvent[];
beforeEach(() => {
  told = [];
  walk = new Walk(aStructure(["a -> b", "a -> c"]));
  tellOf(walk);
});

function tellOf({ graph, observers }: Walk): void {
  observers.push(({ before, changes }) => {
    const facts = { at: AT, startedAt: new Date("2026-01-01T00:00:00Z"), run: null };
    told.push(...lifecycleEvents(before, changes, graph.structure, facts));
  });
}

/** What was told since the last time, without what every event says. */
function news(): Record<string, unknown>[] {
  return told.splice(0).map((event) => {
    expect(event).toMatchObject({
      instanceId: walk.state.id,
      workflowName: "sample",
      workflowVersion: "1.0.0",
    });
    expect(event.timestamp).toMatch(/^2026-01-01T00:0\d:\d\d\.\d{3}Z$/);
    const {
      instanceId: _,
      workflowName: __,
      workflowVersion: ___,
      timestamp: ____,
      ...rest
    } = event;
    return rest;
  });
}

const kinds = () => told.splice(0).map((event) => event.type);

function stepEvent(
  stepName: string,
  event: { readonly type: StepEvent["type"]; readonly [field: string]: unknown },
): WorkflowEvent {
  const { executionId, attempt } = walk.claim(stepName);
  const parts = { executionId, attempt, contextChanges: {}, edges: [], continueAs: null };
  // Each test names what its event has besides.
  return { ...parts, ...event } as WorkflowEvent;
}

/** A task at step b. */
function ask(): TaskId {
  walk.run("a", ["b"]);
  walk.happen(stepEvent("b", { type: "step.waiting", wait: request } as const));
  const { wait } = walk.token("b", "waiting") as { wait: { taskId: TaskId } };
  return wait.taskId;
}

describe("what is told of steps", () => {
  test("given steps that succeed, then their results, and the end of the workflow [scenario 70]", () => {
    walk.run("a", ["b"], { key: 1 });
    expect(news()).toEqual([
      {
        type: "step.completed",
        executionId: expect.any(String),
        stepName: "a",
        undoes: null,
        status: "succeeded",
        result: null,
        outputData: { key: 1 },
        durationSeconds: null,
      },
    ]);
    walk.run("b");
    expect(news()).toMatchObject([
      { type: "step.completed", stepName: "b" },
      { type: "workflow.completed", status: "completed", finalStep: "b" },
    ]);
  });

  test("given a step that was over before it was written, then its beginning and its end", () => {
    const both: Changes[] = [];
    walk.observers.push(({ changes }) => both.push(changes));
    const { state, graph } = walk;
    const worker = asId<WorkerId>("01890000-0000-7000-8000-00000000000a");
    walk.run("a", ["b"], {}, worker).run("b", [], { key: 1 });
    const [first, second] = both;
    if (first === undefined || second === undefined) throw new Error("two transitions");
    const facts = { at: AT, startedAt: null, run: null };
    told = lifecycleEvents(state, asOne(first, second), graph.structure, facts);
    expect(told).toMatchObject([
      { type: "step.completed", stepName: "a" },
      { type: "step.started", stepName: "b", stepType: "machine", attempt: 1, inputData: null },
      { type: "step.completed", stepName: "b", outputData: { key: 1 }, undoes: null },
      { type: "workflow.completed", finalStep: "b" },
    ]);
    const [, started, completed] = told;
    expect(completed).toMatchObject({ durationSeconds: expect.any(Number) });
    expect(Date.parse(started?.timestamp ?? "")).toBeLessThanOrEqual(
      Date.parse(completed?.timestamp ?? ""),
    );
  });

  test("given a step that fails, then its error and that of the workflow; others are canceled [scenarios 70, 72]", () => {
    walk.run("a", ["b", "c"]);
    told = [];
    walk.happen(stepEvent("b", { type: "step.failed", error, handled: false } as const));
    expect(news()).toMatchObject([
      { type: "step.failed", stepName: "b", error: "broken", errorType: "TypeError" },
      { type: "step.canceled", stepName: "c", reason: "step 'b' failed" },
      {
        type: "workflow.failed",
        error: "broken",
        failedStep: "b",
        errorType: "TypeError",
        stackTrace: "at a",
      },
    ]);
    walk.happen({ type: "instance.retried", fromStep: "b", contextPatch: {} });
    expect(news()).toEqual([{ type: "workflow.resumed", resumingAtStep: "b" }]);
  });

  test("given a try that is followed by another one, then when that will be [scenario 70]", () => {
    const retryAt = new Date("2026-01-05T00:00:00Z");
    const event = {
      type: "step.retrying",
      error,
      retryAt,
      heartbeatDetails: null,
      waitsAnew: false,
    } as const;
    walk.happen(stepEvent("a", event));
    expect(news()).toMatchObject([
      { type: "step.retrying", stepName: "a", error: "broken", retryAt: retryAt.toISOString() },
      { type: "workflow.waiting", stepName: "a" },
    ]);
  });

  test("given a step that is left out, then it was skipped [scenario 70]", () => {
    walk.happen(stepEvent("a", { type: "step.skipped" }));
    expect(kinds()).toEqual(["step.skipped", "workflow.completed"]);
  });
});

describe("what is told of tasks", () => {
  test("given a task, then who is to do what by when, and that the workflow waits [scenario 70]", () => {
    const taskId = ask();
    expect(news().slice(1)).toEqual([
      {
        type: "task.created",
        taskId,
        stepName: "b",
        assignee: "ann",
        assigneeGroup: "readers",
        title: "Look",
        description: "closely",
        dueAt: "2026-02-01T00:00:00.000Z",
      },
      { type: "workflow.waiting", stepName: "b" },
    ]);
  });

  test("given a task that is handed on and completed, then from whom to whom, and the answer [scenario 70]", () => {
    const taskId = ask();
    told = [];
    walk.happen({ type: "task.reassigned", taskId, assigneeId: "bob" });
    const data = { ok: true };
    walk.happen({ type: "task.completed", taskId, completedBy: "bob", data, comment: "fine" });
    expect(news()).toEqual([
      { type: "task.reassigned", taskId, stepName: "b", fromAssignee: "ann", toAssignee: "bob" },
      {
        type: "task.completed",
        taskId,
        stepName: "b",
        completedBy: "bob",
        formData: data,
        comment: "fine",
      },
    ]);
  });

  test("given a workflow that is canceled, then its steps and tasks are, too [scenario 70]", () => {
    const taskId = ask();
    told = [];
    walk.happen({ type: "instance.canceled", reason: "no need" });
    expect(news()).toMatchObject([
      { type: "step.canceled", stepName: "b", reason: "no need" },
      { type: "task.canceled", taskId, stepName: "b" },
      { type: "workflow.canceled", reason: "no need", currentStep: "b" },
    ]);
  });
});

describe("what is told of workflows", () => {
  test("given one that is paused and goes on, then both, once [scenario 70]", () => {
    walk.happen({ type: "instance.paused" });
    expect(news()).toEqual([{ type: "workflow.paused", pausedAtStep: "a" }]);
    walk.happen({ type: "instance.paused" });
    expect(news()).toEqual([]);
    walk.happen({ type: "instance.resumed", fromStep: null });
    expect(news()).toEqual([{ type: "workflow.resumed", resumingAtStep: "a" }]);
  });

  test("given steps that follow inline, then the row of the workflow is no matter", () => {
    const worker = asId<WorkerId>("00000000-0000-7000-8000-00000000ffff");
    walk.succeed(walk.claim("a"), [0], {}, worker);
    expect(kinds()).toEqual(["step.completed"]);
  });

  test("given facts of the run, then how long it took and how often it was tried", () => {
    const { graph } = walk;
    walk.observers.push(({ before, changes }) => {
      const [end] = changes.executions;
      if (end?.endedAt == null) return;
      const begunAt = new Date(end.endedAt.getTime() - 1_500);
      const run = { executionId: end.executionId, begunAt, failedTries: 2 };
      const facts = { at: AT, startedAt: begunAt, run };
      told = lifecycleEvents(before, changes, graph.structure, facts);
    });
    walk.run("a");
    expect(told).toMatchObject([
      { type: "step.completed", durationSeconds: 1.5 },
      { type: "workflow.completed", durationSeconds: 1.5 },
    ]);
  });
});
