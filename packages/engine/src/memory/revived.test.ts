import { describe, expect, test } from "vitest";
import { asId, type WorkerId } from "../ids.ts";
import { aNewInstance, aStructure, countingIds, withGroups } from "../testing/builders.ts";
import { there } from "../testing/there.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import type { ClaimedStep } from "../store.ts";
import { MemoryStore } from "./memory-store.ts";

const worker = asId<WorkerId>("00000000-0000-7000-9000-000000000001");

function stage(structure: WorkflowStructure) {
  let time = Date.UTC(2026, 0, 1);
  const newId = countingIds();
  const store = new MemoryStore({ now: () => new Date(time), newId });
  const start = async () => {
    const [definitionId] = await store.registerDefinitions([structure]);
    const instance = aNewInstance(structure, there(definitionId), newId);
    await store.startInstances([instance]);
    return instance;
  };
  const claimAny = async (): Promise<ClaimedStep> => {
    const [job] = (await store.listScheduled(null, 1)).items;
    const claim = await store.claim({
      ...there(job),
      workerId: worker,
      definitionIds: [...store.rows.definitions.keys()],
    });
    if (claim.kind !== "claimed") throw new Error(claim.kind);
    return claim.step;
  };
  const fail = (step: ClaimedStep) =>
    store.dispatch(step.instanceId, {
      type: "step.failed",
      executionId: step.executionId,
      attempt: step.attempt,
      contextChanges: {},
      error: { type: "Error", message: "x", stack: null, cause: null },
      handled: false,
      edges: [],
      continueAs: null,
    });
  const succeed = (step: ClaimedStep, edges: number[] = []) =>
    store.dispatch(step.instanceId, {
      type: "step.succeeded",
      executionId: step.executionId,
      attempt: step.attempt,
      contextChanges: {},
      result: null,
      edges,
      continueAs: null,
    });
  return {
    store,
    start,
    claimAny,
    fail,
    succeed,
    pass: (ms: number) => (time += ms),
    now: () => time,
    newId,
  };
}

const HOUR = 3_600_000;

describe("a deadline", () => {
  test("of an instance that is retried twice counts anew from the retry, with the same length", async () => {
    const { store, start, claimAny, fail, pass, now } = stage(
      aStructure(["a -> b"], { deadline: HOUR }),
    );
    const { instanceId } = await start();
    const retry = { type: "instance.retried", fromStep: null, contextPatch: {} } as const;
    for (let round = 0; round < 3; round += 1) {
      await fail(await claimAny());
      pass(10 * HOUR);
      await store.dispatch(instanceId, retry);
      const left = there(store.rows.instance(instanceId).deadlineAt).getTime() - now();
      expect(left / HOUR, `retry ${round + 1}`).toBe(1);
    }
  });
});

describe("compensation inside of a map", () => {
  test("what undoes a member gets the item that the member worked on", async () => {
    const base = withGroups(aStructure(["map -> end"]), {
      map: {
        kind: "map",
        members: ["charge"],
        concurrency: null,
        callback: null,
        onFailure: "fail-fast",
      },
    });
    const structure = {
      ...base,
      steps: base.steps.map((s) =>
        s.name === "charge" ? { ...s, compensates: true as const } : s,
      ),
    };
    const { store, start, claimAny, fail, succeed } = stage(structure);
    await start();
    const map = await claimAny();
    await store.dispatch(map.instanceId, {
      type: "step.waiting",
      executionId: map.executionId,
      attempt: 1,
      contextChanges: {},
      wait: { kind: "group", chosen: null, items: ["card 1", "card 2"] },
    });
    for (let n = 0; n < 2; n += 1) await succeed(await claimAny());
    await succeed(await claimAny(), [0]); // the group
    await fail(await claimAny()); // end
    const undo = await claimAny();
    expect(undo).toMatchObject({ stepName: "charge", item: { value: "card 2", index: 1 } });
  });
});
