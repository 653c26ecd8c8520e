import { describe, expect, test } from "vitest";
import { flowGraph } from "../../graph/flow-graph.ts";
import { asId, type InstanceId, type SignalId } from "../../ids.ts";
import { deliverMessages } from "../../messages.ts";
import type { SignalReceived } from "../../state/events.ts";
import type { ClaimedStep } from "../../store.ts";
import { startInstance } from "../../transition/start.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

const WHEN = new Date(Date.UTC(2026, 0, 1));
const HOUR = 3_600_000;

/** Retries, signals, pauses, deadlines, and workflows that start workflows. */
export function steeringContract(scene: () => Scene): void {
  const dispatch = (id: InstanceId, event: Parameters<Scene["under"]["store"]["dispatch"]>[1]) =>
    scene().under.store.dispatch(id, event);

  describe("tries", () => {
    const failTry = (step: ClaimedStep, retryAt: Date, waitsAnew = false) =>
      dispatch(step.instanceId, {
        type: "step.retrying",
        executionId: step.executionId,
        attempt: step.attempt,
        contextChanges: {},
        error: { type: "Error", message: "busy", stack: null, cause: null },
        retryAt,
        heartbeatDetails: { page: 3 },
        waitsAnew,
      });

    test("when a try fails, then the next one knows how many have, and what the last one said", async () => {
      const { id, first } = await scene().given.started(aStructure(["a -> b"]));
      const step = await scene().given.claimed(first);
      expect(step).toMatchObject({ failedTries: 0, heartbeatDetails: null });
      await failTry(step, WHEN);
      const again = await scene().given.claimed({ ...first, attempt: 2 });
      expect(again).toMatchObject({ failedTries: 1, heartbeatDetails: { page: 3 } });
      expect(await scene().given.steps(id)).toEqual(["a running 2"]);
    });

    test("when the next try is later, then the step waits for a timer and starts anew with it", async () => {
      const { id, first } = await scene().given.started(aStructure(["a -> b"]));
      const step = await scene().given.claimed(first);
      await failTry(step, new Date(Date.UTC(2100, 0, 1)));
      expect(await scene().given.steps(id)).toEqual(["a waiting 1"]);
      const [timer] = await scene().under.store.listDueTimers(1e14, 10);
      if (timer === undefined) throw new Error("no timer is set");
      await dispatch(id, { type: "timer.fired", timerId: timer.timerId });
      const again = await scene().given.claimed({ ...first, attempt: 2 });
      expect(again).toMatchObject({ failedTries: 1, resumption: null });
      expect(await scene().under.store.listDueTimers(1e14, 10)).toEqual([]);
    });

    test("when what a step waited for went wrong, then its next try waits anew; else it goes on behind the wait", async () => {
      for (const waitsAnew of [true, false]) {
        const { id, first } = await scene().given.started(aStructure(["a -> b"]));
        const step = await scene().given.claimed(first);
        await scene().given.wait(step, { kind: "signal", name: "go", timeoutAt: WHEN });
        const timers = await scene().under.store.listDueTimers(0, 10);
        const timer = timers.find(({ instanceId }) => instanceId === id);
        if (timer === undefined) throw new Error("no timer is set");
        await dispatch(id, { type: "timer.fired", timerId: timer.timerId });
        const resumed = await scene().given.claimed({ ...first, attempt: 2 });
        await failTry(resumed, WHEN, waitsAnew);
        const again = await scene().given.claimed({ ...first, attempt: 3 });
        expect(again.resumption).toEqual(waitsAnew ? null : { kind: "signal-timeout" });
      }
    });

    test("when running code says something, then the try after a lost worker is told", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b"]));
      const step = await scene().given.claimed(first);
      await scene().given.beat([step], [{ ...step, details: { done: 7 } }]);
      const [again] = await scene().given.workerLost();
      expect(await scene().given.claimed(again)).toMatchObject({
        failedTries: 0,
        heartbeatDetails: { done: 7 },
      });
    });
  });

  describe("signals", () => {
    const aSignal = (deduplicationId: string | null = null): SignalReceived => ({
      type: "signal.received",
      signalId: asId<SignalId>(scene().under.newId()),
      name: "go",
      payload: ["yes"],
      deduplicationId,
    });

    test("given one that came early, when a step waits for it, then it goes on at once", async () => {
      const { id, first } = await scene().given.started(aStructure(["a -> b"]));
      await dispatch(id, aSignal());
      const step = await scene().given.claimed(first);
      const waited = await scene().given.wait(step, {
        kind: "signal",
        name: "go",
        timeoutAt: new Date(Date.UTC(2100, 0, 1)),
      });
      const [again] = scene().given.enqueued(waited);
      expect(await scene().given.claimed(again)).toMatchObject({
        resumption: { kind: "signal", payload: ["yes"] },
      });
      // The timeout was never needed, and the signal is used up.
      expect(await scene().under.store.listDueTimers(1e14, 10)).toEqual([]);
    });

    test("given an id, when the same signal comes again, then it is known and does nothing", async () => {
      const { id } = await scene().given.started(aStructure(["a -> b"]));
      expect(await dispatch(id, aSignal("order-1"))).toMatchObject({ kind: "committed" });
      expect(await dispatch(id, aSignal("order-1"))).toEqual({ kind: "stale" });
      expect(await dispatch(id, aSignal("order-2"))).toMatchObject({ kind: "committed" });
      const other = { ...aSignal("order-1"), name: "stop" };
      expect(await dispatch(id, other)).toMatchObject({ kind: "committed" });
      const both = await Promise.all([dispatch(id, aSignal("x")), dispatch(id, aSignal("x"))]);
      expect(both.map(({ kind }) => kind).toSorted()).toEqual(["committed", "stale"]);
    });
  });

  describe("pauses", () => {
    test("when an instance is paused, then nothing of it can be claimed until it goes on", async () => {
      const { id, first } = await scene().given.started(aStructure(["a -> b"]));
      await dispatch(id, { type: "instance.paused" });
      expect(await scene().given.tryClaim(first, scene().given.worker)).toEqual({ kind: "stale" });
      expect(await scene().under.instance(id)).toMatchObject({ status: "paused" });
      const resumed = await dispatch(id, { type: "instance.resumed", fromStep: null });
      if (resumed.kind !== "committed") throw new Error("it did not go on");
      expect(scene().given.enqueued(resumed)).toEqual([first]);
      expect(await scene().given.claimed(first)).toMatchObject({ stepName: "a" });
    });

    test("given a step that goes on inline, when the instance is paused meanwhile, then the next one is held", async () => {
      const { id, first } = await scene().given.started(aStructure(["a -> b"]));
      const step = await scene().given.claimed(first);
      await dispatch(id, { type: "instance.paused" });
      const ended = await scene().given.succeed(step, [0], { inline: true });
      expect(ended.inline).toBeNull();
      expect(await scene().given.steps(id)).toEqual(["a succeeded 1", "b pending 1"]);
    });
  });

  describe("deadlines", () => {
    test("given one that has passed, then the instance is listed until it is over", async () => {
      const structure = { ...aStructure(["a -> b"]), deadline: 1 };
      const { id } = await scene().given.started(structure);
      expect(await scene().under.store.listPassedDeadlines(10)).toEqual([id]);
      await dispatch(id, { type: "deadline.passed" });
      expect(await scene().under.instance(id)).toMatchObject({
        status: "failed",
        error: "The workflow did not end before its deadline",
      });
      expect(await scene().under.store.listPassedDeadlines(10)).toEqual([]);
    });

    test("given an instance that failed of it, when that is retried, then it counts anew", async () => {
      const structure = { ...aStructure(["a -> b"]), deadline: HOUR };
      const { id } = await scene().given.started(structure);
      await dispatch(id, { type: "deadline.passed" });
      await dispatch(id, { type: "instance.retried", fromStep: null, contextPatch: {} });
      expect(await scene().under.instance(id)).toMatchObject({ status: "running" });
      expect(await scene().under.store.listPassedDeadlines(10)).toEqual([]);
    });
  });

  describe("workflows inside of workflows", () => {
    const nested = async () => {
      const parent = await scene().given.started(aStructure(["a -> b"]));
      const step = await scene().given.claimed(parent.first);
      const found = await scene().under.store.findDefinition("sample", null);
      if (found === null) throw new Error("the definition is not found");
      const { instance } = startInstance(
        flowGraph(found.structure),
        {
          definitionId: found.definitionId,
          input: { n: 1 },
          metadata: {},
          correlationId: null,
          createdBy: null,
          tenantId: null,
          idempotency: null,
        },
        { now: WHEN, newId: scene().under.newId },
        { instanceId: parent.id, executionId: step.executionId, depth: 1, waits: true },
      );
      const waited = await scene().given.wait(step, { kind: "child", instance });
      const [job] = scene().given.enqueued(waited);
      const child = await scene().given.claimed(job);
      expect(child).toMatchObject({ instanceId: instance.instanceId, depth: 1, context: { n: 1 } });
      return { parent, child };
    };

    test("when the inner one completes, then the outer one goes on with its output", async () => {
      const { parent, child } = await nested();
      const ended = await scene().given.succeed(child, [], { result: "done" });
      const rest = await deliverMessages(scene().under.store, ended.commands);
      expect(rest).toEqual([{ type: "enqueue", ...parent.first, attempt: 2 }]);
      const resumed = await scene().given.claimed({ ...parent.first, attempt: 2 });
      expect(resumed).toMatchObject({
        childOutput: "done",
        resumption: { kind: "child", error: null },
      });
      expect(await scene().under.store.listMessages(0, 10)).toEqual([]);
    });

    test("when nobody has delivered the word of its end, then it is found", async () => {
      const { parent, child } = await nested();
      await scene().given.fail(child, "broken");
      const messages = await scene().under.store.listMessages(0, 10);
      expect(messages).toMatchObject([
        { instanceId: parent.id, event: { type: "child.ended", status: "failed" } },
      ]);
      await deliverMessages(
        scene().under.store,
        messages.map((message) => ({ type: "deliver", ...message })),
      );
      expect(await scene().given.claimed({ ...parent.first, attempt: 2 })).toMatchObject({
        resumption: { kind: "child", error: { type: "SubWorkflowError" } },
      });
    });

    test("when the outer one is canceled, then the inner one is too", async () => {
      const { parent, child } = await nested();
      const canceled = await dispatch(parent.id, { type: "instance.canceled", reason: "enough" });
      if (canceled.kind !== "committed") throw new Error("it was not canceled");
      const rest = await deliverMessages(scene().under.store, canceled.commands);
      expect(rest).toEqual([{ type: "abort", executionId: child.executionId, attempt: 1 }]);
      expect(await scene().under.instance(child.instanceId)).toMatchObject({ status: "canceled" });
    });
  });
}
