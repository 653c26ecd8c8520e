import {
  asId,
  knownFrom,
  type ClaimedStep,
  type InstanceId,
  type RunAhead,
  type StepEvent,
  type WorkerId,
  type WorkflowStore,
} from "@drover/engine";
import { aStructure, there } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { claimedSteps } from "../testing/claimed-steps.ts";
import { storeLosing } from "../testing/losing-answers.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { COMMIT_STEPS } from "./statements/commit-statement.ts";

const ground = useTestStore("run-ahead-test");
const worker = asId<WorkerId>(newId());

/** The first step of an instance with these edges, claimed. */
async function claimed(edges = ["a -> b", "b -> c", "c -> d"]): Promise<ClaimedStep> {
  const structure = aStructure(edges, { name: `w${newId()}` });
  const [step] = await claimedSteps(ground.store, structure, { workerId: worker });
  return there(step);
}

type Step = Pick<ClaimedStep, "executionId" | "attempt" | "stepName">;

/** The step ends, and its worker goes on. */
const endOf = ({ executionId, attempt, stepName }: Step): StepEvent => ({
  type: "step.succeeded",
  executionId,
  attempt,
  contextChanges: { [stepName]: 1, last: stepName },
  result: `of ${stepName}`,
  edges: { a: [0], b: [1], c: [2] }[stepName] ?? [],
  continueAs: worker,
});

/** Runs whatever follows, up to the step that is named. */
function upTo(stepName: string | null) {
  const asked: string[] = [];
  const run: RunAhead = async (_, { inline }) => {
    asked.push(inline.stepName);
    return inline.stepName === stepName ? null : endOf(inline);
  };
  return { run, asked };
}

const dispatch = (
  step: ClaimedStep,
  run: RunAhead | undefined,
  store: WorkflowStore = ground.store,
) => store.dispatch(step.instanceId, endOf(step), knownFrom(step), run);

async function rows(id: InstanceId) {
  const { statements } = ground.database;
  const steps = await statements`
    select step_name, step_type, status, attempt, sequence, context_sequence, worker_id, output_data,
      context_changes, jsonb_array_length(arrivals) as arrivals, wait, group_id,
      started_at is not null as has_started
    from workflow_step_executions where instance_id = ${id} order by id`;
  const [instance] = await statements`
    select status, current_step, live_tokens, active_tokens, sequence, context_data, output,
      completed_at is not null as is_over
    from workflow_instances where id = ${id}`;
  return { steps, instance };
}

describe("steps that run before they are written", () => {
  test.each([null, "c", "d"])(
    "given those up to %s, then the rows are as if each had been written",
    async (stop) => {
      const ahead = await claimed();
      await dispatch(ahead, upTo(stop).run);

      const oneByOne = await claimed();
      let step: Step | null = oneByOne;
      while (step !== null && step.stepName !== stop) {
        const told = await ground.store.dispatch(oneByOne.instanceId, endOf(step));
        step = told.kind === "committed" ? told.inline : null;
      }
      expect(await rows(ahead.instanceId)).toEqual(await rows(oneByOne.instanceId));
    },
  );

  test("then all of it is one transition, and the answer names the end that was the last", async () => {
    const a = await claimed();
    const told = await dispatch(a, upTo("d").run);
    const written = await ground.database.statements`
      select distinct transition_id from workflow_step_executions where instance_id = ${a.instanceId}`;
    expect(written).toHaveLength(1);
    expect(told).toMatchObject({
      kind: "committed",
      inline: { stepName: "d" },
      last: { result: "of c" },
      before: { tokens: [{ stepName: "a" }] },
      changes: {
        newExecutions: [{ stepName: "b" }, { stepName: "c" }, { stepName: "d", end: null }],
      },
    });
  });

  test("given a cancel meanwhile, then none of it is written", async () => {
    const a = await claimed();
    const { run } = upTo(null);
    const canceled: RunAhead = async (after, decided) => {
      const cancel = { type: "instance.canceled", reason: "enough" } as const;
      if (decided.inline.stepName === "c") await beside(a.instanceId, cancel);
      return run(after, decided);
    };
    expect(await dispatch(a, canceled)).toEqual({ kind: "stale" });
    const { steps } = await rows(a.instanceId);
    expect(steps).toMatchObject([{ step_name: "a", status: "canceled" }]);
  });

  test("given a pause and a resume meanwhile, then they run again on what is there", async () => {
    const a = await claimed();
    const { run, asked } = upTo(null);
    const disturbed: RunAhead = async (after, decided) => {
      if (asked.length === 1) {
        await beside(a.instanceId, { type: "instance.paused" });
        await beside(a.instanceId, { type: "instance.resumed", fromStep: null });
      }
      return run(after, decided);
    };
    expect(await dispatch(a, disturbed)).toMatchObject({ kind: "committed", inline: null });
    expect(asked).toEqual(["b", "c", "d", "b", "c", "d"]);
    expect(await rows(a.instanceId)).toMatchObject({
      instance: { status: "completed", sequence: 4, context_data: { a: 1, b: 1, c: 1, d: 1 } },
    });
  });

  test("given an answer that is lost, then they count once", async () => {
    const a = await claimed();
    const { run, asked } = upTo(null);
    const store = storeLosing(ground.database.statements, [COMMIT_STEPS]);
    expect(await dispatch(a, run, store)).toMatchObject({ kind: "committed" });
    expect(asked).toEqual(["b", "c", "d"]);
    expect((await rows(a.instanceId)).steps).toHaveLength(4);
  });

  test("given a fork, then nobody is asked", async () => {
    const step = await claimed(["a -> b", "a -> c"]);
    const { run, asked } = upTo(null);
    const end = { ...endOf(step), edges: [0, 1] } as StepEvent;
    await ground.store.dispatch(step.instanceId, end, knownFrom(step), run);
    expect(asked).toEqual([]);
  });
});

/** Another process does something; its store knows nothing of what goes on in the first one. */
async function beside(id: InstanceId, event: Parameters<WorkflowStore["dispatch"]>[1]) {
  await storeLosing(ground.database.statements, []).dispatch(id, event);
}
