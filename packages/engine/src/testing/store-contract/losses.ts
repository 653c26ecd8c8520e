import { describe, expect, test } from "vitest";
import { asId, type TimerId } from "../../ids.ts";
import type { ClaimedStep } from "../../store.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

/** How often the workers of a step were lost, as those see it who claim it. */
export function lossContract(scene: () => Scene): void {
  /** Claims a new step and loses its worker so often; then it is claimed once more. */
  async function lost(times: number): Promise<ClaimedStep> {
    const { given } = scene();
    let step = await given.claimed((await given.started(aStructure(["a -> b"]))).first);
    for (let loss = 0; loss < times; loss += 1) {
      const [again] = await given.workerLost();
      step = await given.claimed(again);
    }
    return step;
  }

  describe("losses", () => {
    test("when workers are lost, then each loss counts for the step", async () => {
      expect(await lost(0)).toMatchObject({ attempt: 1, lostAttempts: 0 });
      expect(await lost(3)).toMatchObject({ attempt: 4, lostAttempts: 3 });
    });

    test("when a worker gives a step back itself, then that is no loss", async () => {
      const { given, under } = scene();
      await lost(1);
      const [again] = await under.store.releaseExecutions(given.worker, [], 0);
      expect(await given.claimed(again)).toMatchObject({ attempt: 3, lostAttempts: 1 });
    });

    test("when its code has failed and is tried again, then losses count anew", async () => {
      const { given, under } = scene();
      const { executionId, instanceId, attempt } = await lost(2);
      await under.store.dispatch(instanceId, {
        type: "step.retrying",
        executionId,
        attempt,
        contextChanges: {},
        error: { type: "Error", message: "no", stack: null, cause: null },
        retryAt: new Date(0),
        heartbeatDetails: null,
        waitsAnew: false,
      });
      const again = await given.claimed({ executionId, attempt: attempt + 1 });
      expect(again).toMatchObject({ failedTries: 1, lostAttempts: 0 });
    });

    test("when it has waited, then losses before the wait no longer count", async () => {
      const { given, under } = scene();
      const step = await lost(2);
      const { state } = await given.wait(step, { kind: "timer", fireAt: new Date(0) });
      const [token] = state.tokens;
      const timerId =
        token?.status === "waiting" && token.wait.kind === "timer" ? token.wait.timerId : "";
      await under.store.dispatch(step.instanceId, {
        type: "timer.fired",
        timerId: asId<TimerId>(timerId),
      });
      const { executionId, attempt } = step;
      const again = await given.claimed({ executionId, attempt: attempt + 1 });
      expect(again.lostAttempts).toBe(0);
    });

    test("while its instance is paused, then losses are not forgotten", async () => {
      const { given, under } = scene();
      const step = await lost(1);
      const [job] = await given.workerLost();
      if (job === undefined) throw new Error("nothing was lost");
      await under.store.dispatch(step.instanceId, { type: "instance.paused" });
      await under.store.dispatch(step.instanceId, { type: "instance.resumed", fromStep: null });
      expect((await given.claimed(job)).lostAttempts).toBe(2);
    });

    test("given a step lost too often for what is asked, then it is left for another claim", async () => {
      const { given } = scene();
      await lost(1);
      const [job] = await given.workerLost();
      if (job === undefined) throw new Error("nothing was lost");
      expect(await given.tryClaim(job, given.worker, 2)).toEqual({ kind: "suspect" });
      expect((await given.tryClaim(job, given.worker, 3)).kind).toBe("claimed");
    });

    test("given that its definition is unknown, too, then that is said", async () => {
      const { given, under } = scene();
      await lost(1);
      const [job] = await given.workerLost();
      if (job === undefined) throw new Error("nothing was lost");
      const request = { ...job, workerId: given.worker, definitionIds: [], lostLessThan: 2 };
      expect(await under.store.claim(request)).toEqual({ kind: "unknown-definition" });
    });

    test("when a failed instance is retried, then losses count anew", async () => {
      const { given, under } = scene();
      const step = await lost(2);
      await given.fail(step, "lost too often");
      const retried = await under.store.dispatch(step.instanceId, {
        type: "instance.retried",
        fromStep: null,
        contextPatch: {},
      });
      if (retried.kind !== "committed") throw new Error(retried.kind);
      const [again] = given.enqueued(retried);
      expect((await given.claimed(again)).lostAttempts).toBe(0);
    });
  });
}
