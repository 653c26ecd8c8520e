import {
  asId,
  type ClaimedStep,
  type InstanceId,
  type TaskId,
  type WaitRequest,
  type WorkerId,
  type WorkflowEvent,
} from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { claimedSteps } from "../testing/claimed-steps.ts";
import { COMMITS, storeLosing } from "../testing/losing-answers.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { COMPLETE } from "./statements/complete.ts";
import { START_ALONE } from "./statements/start-alone.ts";
import { START_KEYED, START_PLAIN } from "./statements/start-statement.ts";

/*
 * The connection breaks after a statement was sent: Postgres has done it and nobody knows. The
 * statement really is sent; its answer is thrown away.
 */
describe("when the answer of a commit is lost", () => {
  /** With the store of the other processes, whose answers all arrive. */
  const ground = useTestStore("lost-answers-test");
  const worker = asId<WorkerId>(newId());

  /** A store that loses the first answer to one of some statements; meanwhile others do something. */
  const losing = (statements: readonly string[], meanwhile?: () => Promise<void>) =>
    storeLosing(ground.database.statements, statements, meanwhile);

  async function claimed(edges: readonly string[]): Promise<ClaimedStep> {
    const structure = aStructure(edges, { name: `w${newId()}` });
    const [step] = await claimedSteps(ground.store, structure, { workerId: worker });
    return there(step);
  }

  async function claim(
    { executionId, attempt }: Pick<ClaimedStep, "executionId" | "attempt">,
    definitionId: ClaimedStep["definitionId"],
  ): Promise<ClaimedStep> {
    const result = await ground.store.claim({
      executionId,
      attempt,
      workerId: worker,
      definitionIds: [definitionId],
    });
    if (result.kind !== "claimed") throw new Error(`the claim is ${result.kind}`);
    return result.step;
  }

  function succeeded({ executionId, attempt }: ClaimedStep, inline: boolean): WorkflowEvent {
    return {
      type: "step.succeeded",
      executionId,
      attempt,
      contextChanges: {},
      result: null,
      edges: [0],
      continueAs: inline ? worker : null,
    };
  }

  /** A step that waits, and what happens when others run it to its end as soon as it is woken. */
  async function waiting(edge: string, wait: WaitRequest) {
    const step = await claimed([edge]);
    const { executionId, attempt, instanceId } = step;
    const event = { type: "step.waiting", executionId, attempt, contextChanges: {}, wait } as const;
    const dispatched = await ground.store.dispatch(instanceId, event);
    const token = dispatched.kind === "committed" ? dispatched.state.tokens[0] : undefined;
    const finish = async () => {
      const woken = await claim({ executionId, attempt: attempt + 1 }, step.definitionId);
      await ground.store.dispatch(instanceId, succeeded(woken, true));
    };
    return { instanceId, executionId, token, finish };
  }

  const steps = async (id: InstanceId) => {
    const rows = await ground.database.statements<{ step_name: string; status: string }[]>`
      select step_name, status from workflow_step_executions where instance_id = ${id} order by id`;
    return rows.map((row) => `${row.step_name} ${row.status}`);
  };

  test("given the end of a step, then it is found to have happened and the branch goes on", async () => {
    const step = await claimed(["a -> b"]);
    const store = losing(COMMITS);
    const dispatched = await store.dispatch(step.instanceId, succeeded(step, true));
    expect(dispatched).toMatchObject({ kind: "committed", inline: { stepName: "b" } });
    expect(await steps(step.instanceId)).toEqual(["a succeeded", "b running"]);
  });

  test("given a completed task that others have gone on with, then its person is not told 'too late'", async () => {
    const wait = {
      kind: "task",
      title: "Approve",
      description: null,
      formSchema: null,
      assigneeId: null,
      assigneeGroup: null,
      dueAt: null,
      reminderAt: null,
    } as const;
    const { instanceId, token, finish } = await waiting("human_a -> b", wait);
    const taskId =
      token?.status === "waiting" && token.wait.kind === "task"
        ? token.wait.taskId
        : asId<TaskId>(newId());
    const store = losing(COMMITS, finish);
    const event = {
      type: "task.completed",
      taskId,
      completedBy: "bob",
      data: {},
      comment: null,
    } as const;
    expect(await store.dispatch(instanceId, event)).toMatchObject({ kind: "committed" });
    expect(await steps(instanceId)).toEqual(["human_a succeeded", "b running"]);
  });

  test("given a callback that others have gone on with, then its sender is not told 'used'", async () => {
    const wait = { kind: "callback", tokenHash: "c".repeat(64), callbackKey: "data" } as const;
    const { instanceId, executionId, finish } = await waiting("webhook_a -> b", wait);
    const store = losing(COMMITS, finish);
    const event = {
      type: "callback.received",
      executionId,
      callbackKey: "data",
      payload: 1,
    } as const;
    expect(await store.dispatch(instanceId, event)).toMatchObject({ kind: "committed" });
    expect(await steps(instanceId)).toEqual(["webhook_a succeeded", "b running"]);
  });

  test("given the end of an instance, then it is over once, and its sender knows", async () => {
    const step = await claimed(["a -> b"]);
    const store = losing([COMPLETE.one]);
    const event = { ...succeeded(step, false), edges: [] };
    const told = await store.dispatch(step.instanceId, event);
    expect(told).toMatchObject({ kind: "committed", state: { status: "completed", version: 2 } });
    const written = await ground.database.statements`
      select status, version from workflow_instances where id = ${step.instanceId}`;
    expect(written).toEqual([{ status: "completed", version: 2 }]);
  });

  test.each([
    ["a start", 1, false, START_ALONE],
    ["a start with a key", 1, true, START_ALONE],
    ["starts that come together", 2, false, START_PLAIN],
    ["starts with keys that come together", 2, true, START_KEYED],
  ] as const)(
    "given %s, then there is one instance of each and it was created",
    async (_, count, hasKey, statement) => {
      const structure = aStructure(["a -> b"], { name: `w${newId()}` });
      const [definitionId] = await ground.store.registerDefinitions([structure]);
      const instances = Array.from({ length: count }, () =>
        aNewInstance(
          structure,
          there(definitionId),
          newId,
          hasKey ? { idempotencyKey: newId() } : {},
        ),
      );
      const results = await losing([statement]).startInstances(instances);
      expect(results).toEqual(
        instances.map(({ instanceId }) =>
          expect.objectContaining({ instanceId, created: true, isTaken: false }),
        ),
      );
      for (const { instanceId } of instances)
        expect(await steps(instanceId)).toEqual(["a scheduled"]);
    },
  );
});
