import { describe, expect, test } from "vitest";
import { DefinitionConflictError } from "../../errors.ts";
import { asId, type WorkerId } from "../../ids.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

/** Definitions, starts and claims. */
export function startContract(scene: () => Scene): void {
  describe("definitions", () => {
    test("given one registered, when it is registered again, then it has the same id [scenario 73]", async () => {
      const structure = aStructure(["a -> b"]);
      const first = await scene().under.store.registerDefinitions([structure]);
      expect(await scene().under.store.registerDefinitions([structure])).toEqual(first);
    });

    test("given one registered, when the version comes with other edges, then it is refused", async () => {
      await scene().under.store.registerDefinitions([aStructure(["a -> b"])]);
      const changed = scene().under.store.registerDefinitions([aStructure(["a -> b", "a -> c"])]);
      await expect(changed).rejects.toThrow(DefinitionConflictError);
      await expect(changed).rejects.toThrow("edge 'a' -> 'c' is new");
    });

    test("when many register the same at once, then all get the same id [scenario 73]", async () => {
      const structures = [aStructure(["a -> b"]), aStructure(["a -> b"], { version: "2.0.0" })];
      const all = await Promise.all(
        Array.from({ length: 8 }, () => scene().under.store.registerDefinitions(structures)),
      );
      expect(new Set(all.map(String)).size).toBe(1);
    });
  });
  describe("starting", () => {
    test("when an instance starts, then its first step is scheduled", async () => {
      const { id } = await scene().given.started(aStructure(["a -> b"]), { input: { amount: 5 } });
      expect(await scene().under.instance(id)).toEqual({
        status: "running",
        currentStep: "a",
        liveTokens: 1,
        context: { amount: 5 },
        error: null,
      });
      expect(await scene().given.steps(id)).toEqual(["a scheduled 1"]);
    });

    test("given a key that was used, when it is used again, then the first instance is named", async () => {
      const [first] = await scene().given.startAll([{ idempotencyKey: "k1", requestHash: "h1" }]);
      const [again, other] = await scene().given.startAll([
        { idempotencyKey: "k1", requestHash: "h1" },
        { idempotencyKey: "k2" },
      ]);
      expect(first?.created).toBe(true);
      expect(again).toEqual({ ...first, created: false });
      expect(other?.created).toBe(true);
    });

    test("given a key of another request, then none of those that come with it is written", async () => {
      const [first] = await scene().given.startAll([{ idempotencyKey: "k1", requestHash: "h1" }]);
      const refused = await scene().given.startAll([
        {},
        { idempotencyKey: "k1", requestHash: "h2" },
        { idempotencyKey: "k2" },
      ]);
      expect(refused.map((result) => result.created)).toEqual([false, false, false]);
      expect(refused[1]).toEqual({ ...first, created: false, requestHash: "h1" });
      expect((await scene().under.store.listScheduled(null, 10)).items).toHaveLength(1);
      const [free] = await scene().given.startAll([{ idempotencyKey: "k2" }]);
      expect(free?.created).toBe(true);
    });

    test("when requests race for one key, then each is written whole or not at all", async () => {
      const races = Array.from({ length: 10 }, (_, n) =>
        scene().given.startAll([{}, {}, { idempotencyKey: "race", requestHash: `h${n}` }, {}]),
      );
      const written = (await Promise.all(races)).map(
        (results) => results.filter((result) => result.created).length,
      );
      expect(written.toSorted((a, b) => b - a)).toEqual([4, ...Array<number>(9).fill(0)]);
      expect((await scene().under.store.listScheduled(null, 100)).items).toHaveLength(4);
    });

    test("when one key is used many times at once, then there is one instance", async () => {
      const results = await Promise.all(
        Array.from({ length: 12 }, () => scene().given.startAll([{ idempotencyKey: "same" }])),
      );
      const flat = results.flat();
      expect(flat.filter((result) => result.created)).toHaveLength(1);
      expect(new Set(flat.map((result) => result.instanceId)).size).toBe(1);
    });
  });
  describe("claiming", () => {
    test("when many workers claim one execution, then one gets it [scenario G2]", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      const claims = await Promise.all(
        Array.from({ length: 10 }, () =>
          scene().given.tryClaim(first, asId<WorkerId>(scene().under.newId())),
        ),
      );
      expect(claims.filter((claim) => claim.kind === "claimed")).toHaveLength(1);
      expect(claims.filter((claim) => claim.kind === "stale")).toHaveLength(9);
    });

    test("when the attempt is not the current one, then the claim is stale", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      const claim = await scene().given.tryClaim({ ...first, attempt: 2 }, scene().given.worker);
      expect(claim.kind).toBe("stale");
    });

    test("when the worker lacks the definition, then the execution stays scheduled", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      const claim = await scene().under.store.claim({
        ...first,
        workerId: scene().given.worker,
        definitionIds: [],
      });
      expect(claim.kind).toBe("unknown-definition");
      expect(await scene().given.steps(id)).toEqual(["a scheduled 1"]);
    });

    test("when it is claimed, then the worker gets all it needs", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]), {
        input: { x: 1 },
      });
      const step = await scene().given.claimed(first);
      expect(step).toMatchObject({
        instanceId: id,
        stepName: "a",
        attempt: 1,
        context: { x: 1 },
        history: [],
        resumption: null,
        arrivals: [],
      });
      expect(step.state?.tokens).toMatchObject([
        { executionId: first.executionId, stepName: "a", attempt: 1, status: "running" },
      ]);
    });
  });
}
