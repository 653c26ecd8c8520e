import {
  asId,
  knownFrom,
  type ClaimedStep,
  type InstanceId,
  type SignalId,
  type WorkerId,
  type WorkflowEvent,
} from "@drover/engine";
import { aNewInstance, aStructure, there } from "@drover/engine/testing";
import { expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { claimedSteps } from "../testing/claimed-steps.ts";
import { useTestStore } from "../testing/use-test-store.ts";

/*
 * What ends in the same moment is committed in one statement. What Postgres refuses must be refused
 * to its sender alone. The checks before the store keep such values out; here they come all the same.
 */

const ground = useTestStore("refused-test");
const worker = asId<WorkerId>(newId());
async function running(instances: number): Promise<ClaimedStep[]> {
  const structure = aStructure(["human_a -> b"], { name: `w${newId()}` });
  return claimedSteps(ground.store, structure, { workerId: worker, instances });
}

const succeeded = ({ executionId, attempt }: ClaimedStep, result: string | null = null) =>
  ({
    type: "step.succeeded",
    executionId,
    attempt,
    contextChanges: {},
    result,
    edges: [],
    continueAs: null,
  }) as const;

const waiting = ({ executionId, attempt }: ClaimedStep) =>
  ({ type: "step.waiting", executionId, attempt, contextChanges: {} }) as const;

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

const signal = (name: string, deduplicationId: string | null) =>
  ({
    type: "signal.received",
    signalId: asId<SignalId>(newId()),
    name,
    payload: null,
    deduplicationId,
  }) as const;

/** What no index row can hold, also when Postgres has compressed it. */
const incompressible = Array.from({ length: 300 }, () => newId()).join("");

const bad: [string, (step: ClaimedStep) => WorkflowEvent][] = [
  ["a null character in a result", (step) => succeeded(step, "a\u0000b")],
  ["half a surrogate pair in a result", (step) => succeeded(step, "\ud800")],
  [
    "a moment in a year that Postgres cannot read",
    (step) => ({
      ...succeeded(step),
      type: "step.retrying",
      error: { type: "Error", message: "no", stack: null, cause: null },
      retryAt: new Date(8.64e15),
      heartbeatDetails: null,
      waitsAnew: false,
    }),
  ],
  [
    "a title wider than its column",
    (step) => ({ ...waiting(step), wait: { ...task, title: "x".repeat(501) } }),
  ],
  ["a signal's id too long for an index", () => signal("go", incompressible)],
  ["a signal's name wider than its column", () => signal("x".repeat(256), null)],
];

const stepsOf = async (id: InstanceId) => {
  const rows = await ground.database.statements<{ status: string }[]>`
    select status from workflow_step_executions where instance_id = ${id} order by id`;
  return rows.map((row) => row.status);
};

test.each(bad)("given %s in a batch, then all others are written", async (_, event) => {
  const steps = await running(40);
  const spoilt = 17;
  const outcomes = await Promise.allSettled(
    steps.map((step, index) =>
      ground.store.dispatch(
        step.instanceId,
        index === spoilt ? event(step) : succeeded(step),
        knownFrom(step),
      ),
    ),
  );
  const refused = outcomes.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
  expect(refused).toEqual([spoilt]);
  for (const [index, { instanceId }] of steps.entries()) {
    if (index !== spoilt) expect(await stepsOf(instanceId)).toEqual(["succeeded"]);
  }
  // Whoever was refused can still say that the step has failed.
  const step = there(steps[spoilt]);
  expect(await stepsOf(step.instanceId)).toEqual(["running"]);
  const { result: _result, ...end } = succeeded(step);
  const error = { type: "Error", message: "refused", stack: null, cause: null };
  await ground.store.dispatch(step.instanceId, {
    ...end,
    type: "step.failed",
    error,
    handled: false,
  });
  expect(await stepsOf(step.instanceId)).toEqual(["failed"]);
});

test("given a start that is refused, then the starts beside it are written", async () => {
  const structure = aStructure(["a -> b"], { name: `w${newId()}` });
  const definitionId = there((await ground.store.registerDefinitions([structure]))[0]);
  const starts = Array.from({ length: 20 }, (_, index) =>
    aNewInstance(structure, definitionId, newId, index === 3 ? { input: { text: "\u0000" } } : {}),
  );
  const outcomes = await Promise.allSettled(
    starts.map((start) => ground.store.startInstances([start])),
  );
  expect(outcomes.flatMap(({ status }, at) => (status === "rejected" ? [at] : []))).toEqual([3]);
});
