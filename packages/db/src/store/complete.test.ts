import {
  apply,
  asId,
  flowGraph,
  type ClaimedStep,
  type InstanceId,
  type StepEvent,
  type WorkerId,
} from "@drover/engine";
import { aStructure, there } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { claimedSteps } from "../testing/claimed-steps.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { commitTransitions } from "./statements/commit-transitions.ts";
import { isCompletion } from "./statements/complete.ts";
import type { Transition } from "./statements/transition.ts";

const ground = useTestStore("complete-test");
const worker = asId<WorkerId>(newId());
const structure = aStructure(["a -> b"], { name: `w${newId()}` });

type Step = Pick<ClaimedStep, "executionId" | "attempt">;

const endOf = ({ executionId, attempt }: Step, stepName: string): StepEvent => ({
  type: "step.succeeded",
  executionId,
  attempt,
  contextChanges: { [stepName]: 1, last: stepName },
  result: `of ${stepName}`,
  edges: stepName === "a" ? [0] : [],
  continueAs: worker,
});

/** An instance whose first step has ended, with the transition that would complete it. */
async function nearlyOver(): Promise<Transition> {
  const wanted = { workerId: worker, input: { given: 1 } };
  const first = there((await claimedSteps(ground.store, structure, wanted))[0]);
  const moved = await ground.store.dispatch(first.instanceId, endOf(first, "a"));
  if (moved.kind !== "committed" || moved.inline === null) throw new Error("it has not moved on");
  const environment = { now: new Date(), newId };
  const graph = flowGraph(structure);
  const applied = apply(graph, moved.state, [endOf(moved.inline, "b")], environment);
  if (applied.kind !== "applied" || applied.changes === null) throw new Error("nothing changes");
  return { id: newId(), changes: applied.changes };
}

const several = (count: number) =>
  Promise.all(Array.from({ length: count }, async () => nearlyOver()));

const write = (transitions: readonly Transition[]) =>
  commitTransitions(ground.database.statements, transitions);

/** With a transition beside them that is none of their kind, the general statement writes them. */
async function writeInGeneral(transitions: readonly Transition[]): Promise<void> {
  const other = await nearlyOver();
  const closedWaits = other.changes.executions.map(({ executionId }) => executionId);
  const written = await write([
    ...transitions,
    { ...other, changes: { ...other.changes, closedWaits } },
  ]);
  expect(written.every(Boolean)).toBe(true);
}

async function rows({ id, changes }: Transition) {
  const { statements } = ground.database;
  const [instance] = await statements`
    select to_jsonb(i) - array['id', 'created_at', 'updated_at', 'started_at', 'completed_at', 'transition_id']
        as columns, transition_id = ${id} as is_named, completed_at = ${changes.instance?.completedAt ?? null} as is_then
    from workflow_instances i where id = ${changes.instanceId}`;
  const steps = await statements`
    select to_jsonb(e) - array['id', 'instance_id', 'created_at', 'updated_at', 'started_at', 'completed_at',
        'dispatched_at', 'transition_id', 'arrivals'] as columns, transition_id = ${id} as is_named
    from workflow_step_executions e where instance_id = ${changes.instanceId} order by id`;
  return { instance, steps };
}

async function statuses(instanceId: InstanceId) {
  const { statements } = ground.database;
  const [instance] = await statements`
    select status, live_tokens from workflow_instances where id = ${instanceId}`;
  const [step] = await statements`
    select status, output_data from workflow_step_executions
    where instance_id = ${instanceId} and step_name = 'b'`;
  return { instance, step };
}

const UNTOUCHED = {
  instance: { status: "running", live_tokens: 1 },
  step: { status: "running", output_data: null },
};

describe("instances that complete", () => {
  test.each([1, 3])(
    "given %i of them at once, then the rows are those of the general statement",
    async (count) => {
      const [completions, others] = [await several(count), await several(count)];
      expect(completions.every(isCompletion)).toBe(true);
      expect(await write(completions)).toEqual(completions.map(() => true));
      await writeInGeneral(others);

      const written = await Promise.all(completions.map(rows));
      expect(written).toEqual(await Promise.all(others.map(rows)));
      expect(written[0]?.instance).toMatchObject({
        columns: {
          status: "completed",
          context_data: { given: 1, a: 1, b: 1, last: "b" },
          version: 2,
        },
        is_named: true,
        is_then: true,
      });
    },
  );

  const inBetween = {
    "the step has been taken over": (instanceId: InstanceId) => ground.database.statements`
      update workflow_step_executions set attempt = attempt + 1
      where instance_id = ${instanceId} and step_name = 'b'`,
    "the instance has changed": (instanceId: InstanceId) => ground.database.statements`
      update workflow_instances set version = version + 1 where id = ${instanceId}`,
  };
  test.each(Object.entries(inBetween))(
    "given that %s, then nothing of it is written, alone and among others",
    async (_, change) => {
      const [alone, first, second, third] = await several(4);
      for (const changed of [alone, second]) await change(there(changed).changes.instanceId);
      expect(await write([there(alone)])).toEqual([false]);
      expect(await write([there(first), there(second), there(third)])).toEqual([true, false, true]);
      for (const changed of [alone, second]) {
        expect(await statuses(there(changed).changes.instanceId)).toEqual(UNTOUCHED);
      }
      expect(await statuses(there(third).changes.instanceId)).toMatchObject({
        instance: { status: "completed", live_tokens: 0 },
        step: { status: "succeeded" },
      });
    },
  );

  test("given two that write the same at once, then one of them has written it", async () => {
    const completion = await nearlyOver();
    const again = { ...completion, id: newId() };
    const written = await Promise.all([write([completion]), write([again])]);
    expect(written.flat().toSorted((one, other) => Number(one) - Number(other))).toEqual([
      false,
      true,
    ]);
  });
});
