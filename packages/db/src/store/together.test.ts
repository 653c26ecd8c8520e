import {
  asId,
  type ClaimedStep,
  type ExecutionId,
  type InstanceId,
  type SignalId,
  type WaitRequest,
  type WorkerId,
  type WorkflowStructure,
} from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { COMMITS, storeLosing } from "../testing/losing-answers.ts";
import { useTestStore } from "../testing/use-test-store.ts";

/** With the store of the other processes, whose answers all arrive. */
const ground = useTestStore("together-test");
const worker = asId<WorkerId>(newId());
/** A store that loses the first answer to one of some statements; meanwhile others do something. */
const losing = (statements: readonly string[], meanwhile?: () => Promise<void>) =>
  storeLosing(ground.database.statements, statements, meanwhile);
async function started(structure: WorkflowStructure) {
  const [definitionId] = await ground.store.registerDefinitions([structure]);
  const instance = aNewInstance(structure, there(definitionId), newId);
  await ground.store.startInstances([instance]);
  const claim = async (
    executionId = instance.firstExecution.executionId,
    attempt = 1,
  ): Promise<ClaimedStep> => {
    const result = await ground.store.claim({
      executionId,
      attempt,
      workerId: worker,
      definitionIds: [there(definitionId)],
    });
    if (result.kind !== "claimed") throw new Error(result.kind);
    return result.step;
  };
  return { instance, id: instance.instanceId, claim };
}
const name = () => ({ name: `w${newId()}` });
const waitFor = (step: ClaimedStep, wait: WaitRequest) =>
  ground.store.dispatch(step.instanceId, {
    type: "step.waiting",
    executionId: step.executionId,
    attempt: step.attempt,
    contextChanges: {},
    wait,
  });
const succeed = (step: ClaimedStep, edges: number[] = []) =>
  ground.store.dispatch(step.instanceId, {
    type: "step.succeeded",
    executionId: step.executionId,
    attempt: step.attempt,
    contextChanges: {},
    result: null,
    edges,
    continueAs: null,
  });
const signal = (deduplicationId: string | null = null) =>
  ({
    type: "signal.received",
    signalId: asId<SignalId>(newId()),
    name: "go",
    payload: 1,
    deduplicationId,
  }) as const;
const steps = async (id: InstanceId) => {
  const rows = await ground.database.statements<{ step_name: string; status: string }[]>`
    select step_name, status from workflow_step_executions where instance_id = ${id} order by id`;
  return rows.map((row) => `${row.step_name} ${row.status}`);
};
const task = {
  kind: "task",
  title: "t",
  description: null,
  formSchema: null,
  assigneeId: null,
  assigneeGroup: null,
  dueAt: null,
  reminderAt: null,
} as const;

describe("events of one instance that come at the same moment", () => {
  test("a task that is reassigned and completed is completed", async () => {
    const { id, claim } = await started(aStructure(["human_a -> b"], name()));
    const waiting = await waitFor(await claim(), task);
    const token = waiting.kind === "committed" ? waiting.state.tokens[0] : undefined;
    if (token?.status !== "waiting" || token.wait.kind !== "task") throw new Error("no task");
    const { taskId } = token.wait;
    await Promise.all([
      ground.store.dispatch(id, signal()), // goes first; the two behind it are decided on together
      ground.store.dispatch(id, { type: "task.reassigned", taskId, assigneeId: "bob" }),
      ground.store.dispatch(id, {
        type: "task.completed",
        taskId,
        completedBy: "bob",
        data: {},
        comment: null,
      }),
    ]);
    expect(await steps(id)).toEqual(["human_a scheduled"]);
    const [row] = await ground.database
      .statements`select status, assignee_id from workflow_human_tasks where id = ${taskId}`;
    expect(row).toMatchObject({ status: "completed" });
  });

  test("a signal and the step that waits for it find each other", async () => {
    const { id, claim } = await started(aStructure(["a -> b"], name()));
    const step = await claim();
    await Promise.all([
      ground.store.dispatch(id, { ...signal(), name: "other" }),
      ground.store.dispatch(id, signal()),
      waitFor(step, { kind: "signal", name: "go", timeoutAt: null }),
    ]);
    expect(await steps(id)).toEqual(["a scheduled"]);
  });

  test("a refused resume leaves the instance paused", async () => {
    const { id, claim } = await started(aStructure(["a -> b", "a -> c"], name()));
    await succeed(await claim(), [0, 1]);
    await ground.store.dispatch(id, { type: "instance.paused" });
    await Promise.allSettled([
      ground.store.dispatch(id, { ...signal(), name: "x" }),
      ground.store.dispatch(id, { type: "instance.resumed", fromStep: "unknown" }),
      ground.store.dispatch(id, signal()),
    ]);
    const [row] = await ground.database
      .statements`select status, active_tokens from workflow_instances where id = ${id}`;
    expect({ ...row, steps: await steps(id) }).toEqual({
      status: "paused",
      active_tokens: 0,
      steps: ["a succeeded", "b pending", "c pending"],
    });
    await ground.store.dispatch(id, { type: "instance.resumed", fromStep: null });
  });
});

describe("when the answer of a commit is lost and the instance has moved on", () => {
  const moveOn = (id: InstanceId) => async () =>
    void (await ground.store.dispatch(id, { ...signal(), name: "other" }));

  test.each([null, "x"])(
    "a signal (deduplication id %s) is not refused with a server error",
    async (dedup) => {
      const { id } = await started(aStructure(["a -> b"], name()));
      const store = losing(COMMITS, moveOn(id));
      expect(["committed", "stale"]).toContain((await store.dispatch(id, signal(dedup))).kind);
    },
  );

  test("a step that is scheduled by hand is scheduled once", async () => {
    const { id } = await started(aStructure(["a -> b"], name()));
    const store = losing(COMMITS, moveOn(id));
    await store.dispatch(id, { type: "step.scheduled", stepName: "b", runAt: null });
    expect(await steps(id)).toEqual(["a scheduled", "b scheduled"]);
  });

  test("a step that is left out, and that others have gone on from meanwhile, is no error", async () => {
    const { id, claim } = await started(aStructure(["timer_a -> b"], name()));
    const waiting = await claim();
    await waitFor(waiting, { kind: "timer", fireAt: new Date(Date.UTC(2126, 0, 1)) });
    const store = losing(COMMITS, async () => {
      const { executionId, attempt } = await claim(waiting.executionId, waiting.attempt + 1);
      await ground.store.dispatch(id, {
        type: "step.skipped",
        executionId,
        attempt,
        contextChanges: {},
        edges: [0],
        continueAs: null,
      });
      await moveOn(id)();
    });
    const { executionId } = waiting;
    const told = await store.dispatch(id, { type: "step.skip-requested", executionId });
    expect(told.kind).toBe("committed");
    expect(await steps(id)).toEqual(["timer_a skipped", "b scheduled"]);
  });

  test("a step that is scheduled by hand, and that others have run meanwhile, is scheduled once", async () => {
    const { id, claim } = await started(aStructure(["a -> b", "b -> c"], name()));
    const store = losing(COMMITS, async () => {
      const [row] = await ground.database.statements<{ id: ExecutionId }[]>`
        select id from workflow_step_executions where instance_id = ${id} and step_name = 'c'`;
      await succeed(await claim(there(row).id));
    });
    await store.dispatch(id, { type: "step.scheduled", stepName: "c", runAt: null });
    expect(await steps(id)).toEqual(["a scheduled", "c succeeded"]);
  });
});
