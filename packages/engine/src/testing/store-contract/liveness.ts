import { describe, expect, test } from "vitest";
import { asId, type WorkerId } from "../../ids.ts";
import type { ClaimedStep } from "../../store.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

const STRANGER = asId<WorkerId>("00000000-0000-7000-8000-00000000abcd");

const held = ({ executionId, attempt }: ClaimedStep) => ({ executionId, attempt });

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
      await scene().under.store.releaseExecutions(scene().given.worker, [held(mine)], 0);
      const lost = await scene().given.beat([held(mine), held(taken)]);
      expect(lost).toEqual([held(taken)]);
    });

    test("when it beats for an attempt that it has lost, then it hears so, also if it got the next", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      const frozen = await scene().given.claimed(first);
      const [again] = await scene().under.store.releaseExecutions(scene().given.worker, [], 0);
      const second = await scene().given.claimed(again);
      expect(await scene().given.beat([held(frozen), held(second)])).toEqual([held(frozen)]);
    });

    test.each([
      ["that others have claimed anew", true],
      ["that waits to be claimed anew", false],
    ])(
      "given a step %s, when the one before ends inline, then that is stale",
      async (_, claims) => {
        const { id, first } = await scene().given.started(aStructure(["a -> b"]));
        const frozen = await scene().given.claimed(first);
        const [again] = await scene().under.store.releaseExecutions(scene().given.worker, [], 0);
        if (claims) await scene().given.claimed(again);
        const before = await scene().given.steps(id);
        const late = await scene().given.dispatchSucceeded(frozen, [0], { inline: true });
        expect(late.kind).toBe("stale");
        expect(await scene().given.steps(id)).toEqual(before);
      },
    );

    test("given a worker that beats, then nothing is taken from it; once silent, all is", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.beat([]);
      await scene().given.claimed(first);
      expect(await scene().under.store.recoverLostExecutions(60_000, STRANGER)).toEqual([]);
      expect(await scene().under.store.recoverLostExecutions(0, STRANGER)).toEqual([
        { ...first, attempt: 2 },
      ]);
      expect(await scene().given.steps(id)).toEqual(["a scheduled 2"]);
    });

    test("when a worker leaves, then what it held goes to others", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.beat([]);
      await scene().given.claimed(first);
      await scene().under.store.removeWorker(scene().given.worker);
      expect(await scene().under.store.recoverLostExecutions(60_000, STRANGER)).toHaveLength(1);
    });

    test("when the silent one itself looks, then it takes nothing back from itself", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.claimed(first);
      const { worker } = scene().given;
      expect(await scene().under.store.recoverLostExecutions(0, worker)).toEqual([]);
    });

    test("given what runs under its name without being in its hands, then that is given up", async () => {
      const strayed = await scene().given.started(aStructure(["a -> b"]));
      const kept = await scene().given.started(aStructure(["a -> b"]));
      await scene().given.claimed(strayed.first);
      const inHand = [held(await scene().given.claimed(kept.first))];
      const { store } = scene().under;
      const { worker } = scene().given;
      expect(await store.releaseExecutions(STRANGER, [], 0)).toEqual([]);
      expect(await store.releaseExecutions(worker, inHand, 60_000)).toEqual([]);
      expect(await store.releaseExecutions(worker, inHand, 0)).toEqual([
        { ...strayed.first, attempt: 2 },
      ]);
      expect(await scene().given.steps(kept.id)).toEqual(["a running 1"]);
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
      const rest = await scene().under.store.listScheduled(page.end, 3);
      const beyond = await scene().under.store.listScheduled(rest.end, 3);
      expect([page, rest, beyond].map(({ items }) => items.length)).toEqual([3, 2, 0]);
      expect(beyond.end).toBe(rest.end);
      const ids = [...page.items, ...rest.items].map((execution) => execution.executionId);
      expect(ids.toSorted()).toEqual(started.map(({ first }) => first.executionId).toSorted());
    });

    test("when timers are listed in pieces, then each that is near is there once, the earliest first", async () => {
      const { store } = scene().under;
      const moments = [5, 1, 3, 3, 3].map((second) => new Date(second * 1_000));
      for (const fireAt of [...moments, new Date(Date.UTC(2126, 0, 1))]) {
        await scene().given.waitingFor(aStructure(["timer_a -> b"]), { kind: "timer", fireAt });
      }
      const page = await store.listNearTimers(0, null, 3);
      const rest = await store.listNearTimers(0, page.end, 3);
      const timers = [...page.items, ...rest.items];
      expect(timers.map(({ fireAt }) => fireAt.getTime() / 1_000)).toEqual([1, 3, 3, 3, 5]);
      expect(new Set(timers.map(({ timerId }) => timerId)).size).toBe(5);
      expect((await store.listNearTimers(0, rest.end, 3)).items).toEqual([]);
    });
  });
}
