import {
  asId,
  type DefinitionId,
  type ExecutionId,
  type InstanceId,
  type TaskId,
  type TimerId,
  type WorkerId,
  type WorkflowEvent,
} from "@drover/engine";
import { groupedFlows, RandomRun, type StoreUnderTest, there } from "@drover/engine/testing";
import fc from "fast-check";
import type { Statements } from "../store/statements.ts";

/** A live instance, and the id of its task, its timer or the execution that waits for a callback. */
export interface Waiting {
  readonly instanceId: InstanceId;
  readonly waitId: string;
}

/** Instances of a seeded history that wait. */
export interface Waits {
  readonly task: Waiting;
  readonly timer: Waiting;
  readonly callback: Waiting;
}

/**
 * What the API and workers ask of a store on any day: random workflows from their start to their end,
 * what sweepers and heartbeats say, and what happens to instances that wait.
 *
 * @param waits nothing waits where none are given
 */
export async function everydayWork(
  under: StoreUnderTest,
  statements: Statements,
  waits?: Waits,
): Promise<void> {
  for (const [choices, flow] of fc.sample(groupedFlows, { numRuns: 4, seed: 11 }).entries()) {
    const structure = { ...flow.structure, name: `random_${under.newId()}` };
    const dice = { order: 1, choices, failing: 5, pauses: true };
    await RandomRun.toEnd(under, { ...flow, structure }, dice);
  }
  await sweep(under);
  if (waits !== undefined) await answer(under, statements, waits);
}

async function sweep({ store, newId }: StoreUnderTest): Promise<void> {
  const workerId = asId<WorkerId>(newId());
  const running = [{ executionId: asId<ExecutionId>(newId()), attempt: 1 }];
  await store.heartbeat({
    workerId,
    host: "here",
    pid: 1,
    concurrency: 1,
    draining: false,
    definitionIds: [],
    running,
    details: running.map((step) => ({ ...step, details: 1 })),
  });
  await store.releaseExecutions(workerId, running, 0);
  await store.recoverLostExecutions(5_000, workerId);
  await store.takeUndispatched(5_000, 100);
  await store.listScheduled(null, 100);
  await store.listDueTimers(0, 100);
  await store.listNearTimers(60_000, null, 100);
  await store.listPassedDeadlines(100);
  await store.listMessages(1_000, 100);
  await store.removeMessages([]);
  await store.findCallback("none");
  await store.removeWorker(workerId);
}

/** What they wait for comes; a worker takes what goes on and is lost with it. */
async function answer(
  { store, newId }: StoreUnderTest,
  statements: Statements,
  { task, timer, callback }: Waits,
): Promise<void> {
  const taskId = asId<TaskId>(task.waitId);
  const completion = { taskId, completedBy: "ann", data: {}, comment: null };
  const timerId = asId<TimerId>(timer.waitId);
  await store.findTimer(timerId);
  const executionId = asId<ExecutionId>(callback.waitId);
  const events: [InstanceId, WorkflowEvent][] = [
    [task.instanceId, { type: "task.reassigned", taskId, assigneeId: "ann" }],
    [task.instanceId, { type: "task.completed", ...completion }],
    [timer.instanceId, { type: "timer.fired", timerId }],
    [
      callback.instanceId,
      { type: "callback.received", executionId, callbackKey: "history", payload: 1 },
    ],
  ];
  for (const [instanceId, event] of events) {
    const dispatched = await store.dispatch(instanceId, event);
    if (dispatched.kind !== "committed") throw new Error(`${event.type} is stale`);
    const changes = there(dispatched.changes);
    await statements.findCommitted([{ id: newId(), changes }]);
  }
  const workerId = asId<WorkerId>(newId());
  const { definitionId } = there(await store.findDefinition("seeded_history", null));
  const definitionIds: DefinitionId[] = [definitionId];
  const scheduled = await store.listScheduled(null, 3);
  for (const step of scheduled.items) {
    const claim = await store.claim({ ...step, workerId, definitionIds });
    if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
  }
  const lost = await store.recoverLostExecutions(0, asId<WorkerId>(newId()));
  if (lost.length !== 3) throw new Error("three steps were to be lost");
  for (const { instanceId } of [task, timer, callback]) {
    await statements.loadUndoable(instanceId, ["check"]);
    await store.dispatch(instanceId, { type: "instance.canceled", reason: "enough" });
  }
}
