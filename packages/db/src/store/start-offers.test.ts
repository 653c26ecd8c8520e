import { aNewInstance, there } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { newId } from "../new-id.ts";
import { useOffers } from "../testing/use-offers.ts";

/** Milliseconds within which Postgres tells. */
const SOON = { timeout: 5_000 };

/** Milliseconds: less than after which Postgres gives up to wait for a lock (`client.ts`). */
const BEFORE_IT_GIVES_UP = 4_000;

describe("a worker that offers to take first steps", () => {
  const given = useOffers("start-offers-test");
  const { ground, structure, aWorker, start, firstStep, nobody } = given;

  test.each([{}, { idempotencyKey: newId() }])(
    "given its offer, when an instance starts by itself (%o), then it has the first step, and is told",
    async (key) => {
      const { offers, taken, workerId } = aWorker();
      expect(await offers.make()).toBe("made");
      const started = await start({ ...key, input: { amount: 5, note: "it's \u{1f600}" } });
      expect(started.result).toMatchObject({ created: true, isTaken: true });
      expect(await firstStep(started)).toEqual({
        status: "running",
        worker_id: workerId,
        attempt: 1,
        context_sequence: 0,
        is_begun: true,
      });
      await expect.poll(() => taken.length, SOON).toBe(1);
      expect(taken[0]?.executionId).toBe(started.instance.firstExecution.executionId);
    },
  );

  test("given one that was told and one that has claimed, then both know the same", async () => {
    const { offers, taken, workerId } = aWorker();
    await offers.make();
    const order = { input: { amount: 5, lines: [{ sku: "a" }] } };
    await start(order);
    const { instance } = await start(order);
    await expect.poll(() => taken.length, SOON).toBe(1);
    const { executionId } = instance.firstExecution;
    const claim = await ground.store.claim({
      executionId,
      attempt: 1,
      workerId,
      definitionIds: [given.definitionId],
    });
    if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
    const told = there(taken[0]);
    const { tokens } = there(claim.step.state ?? undefined);
    expect({
      ...told,
      executionId,
      instanceId: instance.instanceId,
      state: { ...told.state, id: instance.instanceId, tokens },
      startedAt: claim.step.startedAt,
    }).toEqual(claim.step);
    expect(told.state?.tokens).toEqual([{ ...tokens[0], executionId: told.executionId }]);
  });

  test("given its offer, when its first step has ended, then what follows is written", async () => {
    const { offers, taken, workerId } = aWorker();
    await offers.make();
    const started = await start();
    await expect.poll(() => taken.length, SOON).toBe(1);
    const { instanceId, executionId, state } = there(taken[0]);
    const dispatched = await ground.store.dispatch(
      instanceId,
      {
        type: "step.succeeded",
        executionId,
        attempt: 1,
        contextChanges: { seen: true },
        result: null,
        edges: [0],
        continueAs: workerId,
      },
      state === null ? {} : { state },
    );
    expect(dispatched).toMatchObject({ kind: "committed", inline: { stepName: "b" } });
    expect(await firstStep(started)).toMatchObject({ status: "succeeded" });
  });

  test("given one offer, when two instances start, then it is taken once", async () => {
    const { offers, taken } = aWorker();
    await offers.make();
    const results = [(await start()).result, (await start()).result];
    expect(results.map(({ isTaken }) => isTaken)).toEqual([true, false]);
    await offers.make();
    expect((await start()).result.isTaken).toBe(true);
    await expect.poll(() => taken.length, SOON).toBe(2);
  });

  test("given two that offer, when two instances start, then each is given one", async () => {
    const both = [aWorker(), aWorker()];
    for (const { offers } of both) await offers.make();
    const results = [(await start()).result, (await start()).result];
    expect(results.map(({ isTaken }) => isTaken)).toEqual([true, true]);
    await expect.poll(() => both.map(({ taken }) => taken.length), SOON).toEqual([1, 1]);
  });

  test(
    "given an offer that somebody else is just taking, then a start waits for nobody",
    { timeout: BEFORE_IT_GIVES_UP },
    async () => {
      await aWorker().offers.make();
      const other = await ground.database.maintenance.reserve();
      await other`begin`;
      await other`update workflow_start_offers set offered_at = null`;
      await nobody();
      await other`rollback`;
      other.release();
    },
  );

  test("when instances start together, then their first steps are for the queue", async () => {
    const { offers } = aWorker();
    await offers.make();
    const instances = [1, 2].map(() => aNewInstance(structure, given.definitionId, newId));
    const results = await ground.store.startInstances(instances);
    expect(results.map(({ isTaken }) => isTaken)).toEqual([false, false]);
  });

  test("given a key that was used, when it comes again, then no offer is taken for it", async () => {
    const key = { idempotencyKey: newId() };
    await start(key);
    const { offers } = aWorker();
    await offers.make();
    expect((await start(key)).result).toMatchObject({ created: false, isTaken: false });
    expect((await start()).result.isTaken).toBe(true);
  });
});
