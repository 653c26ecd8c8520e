import { describe, expect, test } from "vitest";
import { asId, type WorkerId } from "../../ids.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

/** Silent workers and a forgetful queue. */
export function livenessContract(scene: () => Scene): void {
  describe("workers", () => {
    test("when a worker beats, then it hears which steps are no longer its own", async () => {
      const mine = await scene().given.claimed(
        (await scene().given.started(aStructure(["a -> b"]))).first,
      );
      const taken = await scene().given.claimed(
        (await scene().given.started(aStructure(["a -> b"]))).first,
      );
      await scene().under.store.releaseExecutions(scene().given.worker, [taken.executionId]);
      const lost = await scene().given.beat([mine.executionId, taken.executionId]);
      expect(lost).toEqual([taken.executionId]);
    });

    test("given a worker that beats, then nothing is taken from it; once silent, all is", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.beat([]);
      await scene().given.claimed(first);
      expect(await scene().under.store.recoverLostExecutions(60_000)).toEqual([]);
      expect(await scene().under.store.recoverLostExecutions(0)).toEqual([
        { ...first, attempt: 2 },
      ]);
      expect(await scene().given.steps(id)).toEqual(["a scheduled 2"]);
    });

    test("when a worker leaves, then what it held goes to others", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.beat([]);
      await scene().given.claimed(first);
      await scene().under.store.removeWorker(scene().given.worker);
      expect(await scene().under.store.recoverLostExecutions(60_000)).toHaveLength(1);
    });

    test("when it gives up a step of its own, then the step is scheduled; of another's, not", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.claimed(first);
      const stranger = asId<WorkerId>(scene().under.newId());
      expect(await scene().under.store.releaseExecutions(stranger, [first.executionId])).toEqual(
        [],
      );
      expect(
        await scene().under.store.releaseExecutions(scene().given.worker, [first.executionId]),
      ).toEqual([{ ...first, attempt: 2 }]);
    });
  });
  describe("what the queue may have lost", () => {
    test("when steps are not claimed, then they are found again, each once in a while", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      expect(await scene().under.store.takeUndispatched(60_000, 10)).toEqual([]);
      expect(await scene().under.store.takeUndispatched(0, 10)).toEqual([first]);
      expect(await scene().under.store.takeUndispatched(60_000, 10)).toEqual([]);
    });

    test("when all are listed in pieces, then each is there once", async () => {
      const started = await Promise.all(
        Array.from({ length: 5 }, () => scene().given.started(aStructure(["a -> b"]))),
      );
      const page = await scene().under.store.listScheduled(null, 3);
      const rest = await scene().under.store.listScheduled(page.at(-1)?.executionId ?? null, 3);
      const ids = [...page, ...rest].map((execution) => execution.executionId);
      expect(ids).toEqual(started.map(({ first }) => first.executionId).toSorted());
    });
  });
}
