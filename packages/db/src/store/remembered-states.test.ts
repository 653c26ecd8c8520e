import {
  asId,
  knownFrom,
  type ClaimedStep,
  type GroupStructure,
  type WorkerId,
  type WorkflowStore,
} from "@drover/engine";
import { aNewInstance, aStructure, there, withGroups } from "@drover/engine/testing";
import { processPorts } from "@drover/platform";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { useTestStore } from "../testing/use-test-store.ts";
import { postgresStatements } from "./postgres-statements.ts";
import { PostgresStore } from "./postgres-store.ts";
import { StatementStore } from "./statement-store.ts";

const MEMBERS = 300;

const ground = useTestStore("remembered-states-test");
const workerId = asId<WorkerId>(newId());

const aMap = (concurrency: number | null): GroupStructure => ({
  kind: "map",
  members: ["item"],
  callback: null,
  onFailure: "fail-fast",
  concurrency,
});

/** A map whose first members run, all of them unless it has a limit. */
async function running(concurrency: number | null) {
  const { store } = ground;
  const structure = {
    ...withGroups(aStructure(["group -> after"]), { group: aMap(concurrency) }),
    name: `w${newId()}`,
  };
  const [definitionId] = await store.registerDefinitions([structure]);
  const definitionIds = [there(definitionId)];
  const instance = aNewInstance(structure, there(definitionId), newId);
  await store.startInstances([instance]);
  const claim = async (execution: { executionId: ClaimedStep["executionId"]; attempt: number }) => {
    const { executionId, attempt } = execution;
    const result = await store.claim({ executionId, attempt, workerId, definitionIds });
    if (result.kind !== "claimed") throw new Error(result.kind);
    return result.step;
  };
  const group = await claim(instance.firstExecution);
  const items = Array.from({ length: MEMBERS }, (_, index) => index);
  const { executionId, attempt } = group;
  const open = await store.dispatch(
    group.instanceId,
    {
      type: "step.waiting",
      executionId,
      attempt,
      contextChanges: {},
      wait: { kind: "group", chosen: null, items },
    },
    knownFrom(group),
  );
  if (open.kind === "stale") throw new Error("the group did not open");
  const jobs = open.commands.filter((command) => command.type === "enqueue");
  return { id: instance.instanceId, members: await Promise.all(jobs.map(claim)), claim };
}

const end = (store: WorkflowStore, member: ClaimedStep) =>
  store.dispatch(
    member.instanceId,
    {
      type: "step.succeeded",
      executionId: member.executionId,
      attempt: member.attempt,
      contextChanges: {},
      result: null,
      edges: [],
      continueAs: null,
    },
    knownFrom(member),
  );

/** How often each member was counted, and how often the group was woken. */
async function outcome(id: string) {
  const [row] = await ground.database.statements<
    { ended: number; waiting: number; woken: number }[]
  >`
    select count(*) filter (where step_name = 'item' and status = 'succeeded')::int as ended,
      count(*) filter (where step_name = 'group' and status = 'waiting')::int as waiting,
      count(*) filter (where step_name = 'group' and status = 'scheduled' and attempt = 2)::int as woken
    from workflow_step_executions where instance_id = ${id}`;
  return there(row);
}

describe("given a group of hundreds", () => {
  test("when its members end one after the other in one process, then the group is read once, and counted as if read each time", async () => {
    const statements = postgresStatements(ground.database.statements);
    let read = 0;
    const counting = {
      ...statements,
      loadStates: async (requests: Parameters<typeof statements.loadStates>[0]) => {
        read += requests.length;
        return statements.loadStates(requests);
      },
    };
    const store = new StatementStore(counting, { ...processPorts, newId, patience: 10_000 });
    const { id, members } = await running(null);
    await Promise.all(members.map((member) => end(store, member)));
    expect(await outcome(id)).toEqual({ ended: MEMBERS, waiting: 0, woken: 1 });
    expect(read).toBe(1);
  });

  test("when two processes end its members, then all are counted and the group is woken once", async () => {
    const stores = [ground.store, new PostgresStore(ground.database.statements, 10_000)];
    const { id, members } = await running(null);
    await Promise.all(members.map((member, index) => end(there(stores[index % 2]), member)));
    expect(await outcome(id)).toEqual({ ended: MEMBERS, waiting: 0, woken: 1 });
  });

  test("when its members have their turns, then each end brings the next one", async () => {
    const { id, members, claim } = await running(20);
    const carryOn = async (member: ClaimedStep): Promise<void> => {
      const ended = await end(ground.store, member);
      if (ended.kind === "stale") throw new Error("the member had ended already");
      const next = ended.commands.filter((command) => command.type === "enqueue");
      // The last end wakes the group itself.
      if ((await outcome(id)).woken === 1) return;
      await Promise.all(next.map(async (job) => carryOn(await claim(job))));
    };
    await Promise.all(members.map(carryOn));
    expect(await outcome(id)).toEqual({ ended: MEMBERS, waiting: 0, woken: 1 });
  });
});
