import { describe, expect, test } from "vitest";
import { WorkflowAlreadyCompletedError } from "../../errors.ts";
import {
  CallbackAlreadyUsedError,
  CallbackTokenInUseError,
  TaskAlreadyCompletedError,
  UnauthorizedTaskError,
} from "../../wait-errors.ts";
import { asId, type InstanceId, type SignalId } from "../../ids.ts";
import type { TaskRequest } from "../../state/events.ts";
import type { ClaimedStep } from "../../store.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

/** Its fields are in the order of writing, not of the alphabet. */
const A_FORM = { type: "object", properties: { zip: { type: "string" }, city: {}, area: {} } };

/** People, timers and callbacks. */
export function waitContract(scene: () => Scene): void {
  describe("people", () => {
    const waitForPerson = (assigneeId: string | null = null) =>
      scene().given.waitingFor(aStructure(["human_a -> b"]), aTask(assigneeId));

    test("when a human step waits, then its task is open and the instance waits", async () => {
      const { id, taskId } = await waitForPerson("bob@example.com");
      expect(await scene().under.instance(id)).toMatchObject({
        status: "waiting",
        currentStep: "human_a",
        context: { before: 1 },
      });
      expect(await scene().under.task(taskId)).toMatchObject({
        status: "pending",
        assigneeId: "bob@example.com",
        formSchema: A_FORM,
      });
    });

    test("when a task has a form, then its fields keep their order", async () => {
      const { taskId } = await waitForPerson();
      const { formSchema } = await scene().under.task(taskId);
      expect(JSON.stringify(formSchema)).toBe(JSON.stringify(A_FORM));
    });

    test("when the task is completed, then the data is merged and the step scheduled again", async () => {
      const { id, taskId } = await waitForPerson();
      const answer = await scene().given.complete(id, taskId, "bob@example.com");
      expect((await scene().under.task(taskId)).status).toBe("completed");
      expect(await scene().under.instance(id)).toMatchObject({
        status: "running",
        context: { before: 1, approved: true },
      });
      const step = await scene().given.claimed(scene().given.enqueued(answer)[0]);
      expect(step).toMatchObject({
        attempt: 2,
        resumption: { kind: "task", data: { approved: true }, completedBy: "bob@example.com" },
      });
    });

    test("when many complete it at once, then one does and the others are told [scenario G3]", async () => {
      const { id, taskId } = await waitForPerson();
      const answers = await Promise.allSettled(
        Array.from({ length: 6 }, (_, n) =>
          scene().given.complete(id, taskId, `p${n}@example.com`),
        ),
      );
      const refused = answers.filter((answer) => answer.status === "rejected");
      expect(refused).toHaveLength(5);
      for (const answer of refused) {
        expect(answer.reason).toBeInstanceOf(TaskAlreadyCompletedError);
      }
    });

    test("when somebody else completes an assigned task, then it stays open", async () => {
      const { id, taskId } = await waitForPerson("bob@example.com");
      await expect(scene().given.complete(id, taskId, "eve@example.com")).rejects.toThrow(
        UnauthorizedTaskError,
      );
      expect((await scene().under.task(taskId)).status).toBe("pending");
    });

    test("when it is reassigned, then the new person alone may complete it", async () => {
      const { id, taskId } = await waitForPerson("bob@example.com");
      await scene().under.store.dispatch(id, {
        type: "task.reassigned",
        taskId,
        assigneeId: "carol@example.com",
      });
      await expect(scene().given.complete(id, taskId, "bob@example.com")).rejects.toThrow(
        UnauthorizedTaskError,
      );
      await scene().given.complete(id, taskId, "carol@example.com");
    });

    test("when the instance is canceled, then its task is too, and neither can be again", async () => {
      const { id, taskId } = await waitForPerson();
      const cancel = { type: "instance.canceled", reason: "not needed" } as const;
      await scene().under.store.dispatch(id, cancel);
      expect(await scene().under.instance(id)).toMatchObject({
        status: "canceled",
        error: "Canceled: not needed",
        liveTokens: 0,
      });
      expect((await scene().under.task(taskId)).status).toBe("canceled");
      await expect(scene().given.complete(id, taskId, "bob@example.com")).rejects.toThrow(
        TaskAlreadyCompletedError,
      );
      await expect(scene().under.store.dispatch(id, cancel)).rejects.toThrow(
        WorkflowAlreadyCompletedError,
      );
    });
  });
  describe("timers", () => {
    const waitUntil = (fireAt: Date) =>
      scene().given.waitingFor(aStructure(["timer_a -> b"]), { kind: "timer", fireAt });

    const SOON = new Date(Date.UTC(2126, 0, 1));

    /** Its step, as the worker takes it that has set the timer. */
    const taking = async (version: number) => {
      const [timer] = await scene().under.store.listDueTimers(0, 10);
      if (timer === undefined) throw new Error("no timer is due");
      const { timerId } = timer;
      const claim = { workerId: scene().given.worker, version, dueAt: SOON, edge: null };
      return { type: "timer.taken", timerId, ...claim } as const;
    };

    test("given one that is due, when it fires twice, then the step is scheduled once [scenario G8]", async () => {
      const { id } = await waitUntil(new Date(0));
      const [timer] = await scene().under.store.listDueTimers(0, 10);
      if (timer === undefined) throw new Error("no timer is due");
      const found = await scene().under.store.findTimer(timer.timerId);
      expect(found?.dueIn).toBeLessThanOrEqual(0);
      const event = { type: "timer.fired", timerId: timer.timerId } as const;
      const both = await Promise.all([
        scene().under.store.dispatch(id, event),
        scene().under.store.dispatch(id, event),
      ]);
      expect(both.map((result) => result.kind).toSorted()).toEqual(["committed", "stale"]);
      expect(await scene().given.steps(id)).toEqual(["timer_a scheduled 2"]);
      expect(await scene().under.store.findTimer(timer.timerId)).toBeNull();
    });

    test("when the worker that set it takes its step, then that runs as if it had been claimed", async () => {
      const { id, step, state } = await waitUntil(new Date(0));
      const event = await taking(state.version);
      const dispatched = await scene().under.store.dispatch(id, event, { state });
      expect(dispatched).toMatchObject({
        kind: "committed",
        commands: [],
        inline: { executionId: step.executionId, attempt: 2 },
      });
      expect(await scene().given.steps(id)).toEqual(["timer_a running 2"]);
      expect(await scene().under.store.findTimer(event.timerId)).toBeNull();
      const mine = { executionId: step.executionId, attempt: 2 };
      expect(await scene().given.beat([mine])).toEqual([]);

      const [lost] = await scene().given.workerLost();
      const again = await scene().given.claimed(lost);
      expect(again).toMatchObject({
        attempt: 3,
        resumption: { kind: "timer" },
        context: { before: 1 },
      });
    });

    test("when the taken step has no code, then it has ended at that moment, and the next one runs", async () => {
      const { id, state } = await waitUntil(new Date(0));
      const taken = { ...(await taking(state.version)), edge: 0 };
      const dispatched = await scene().under.store.dispatch(id, taken, { state });
      expect(dispatched).toMatchObject({
        kind: "committed",
        commands: [],
        inline: { stepName: "b" },
      });
      expect(await scene().given.steps(id)).toEqual(["timer_a succeeded 1", "b running 1"]);

      const [lost] = await scene().given.workerLost();
      const next = await scene().given.claimed(lost);
      expect(next).toMatchObject({ stepName: "b", context: { before: 1 }, state: { sequence: 1 } });
      const [{ completedAt } = { completedAt: null }] = next.history;
      expect(new Date(completedAt ?? 0)).toEqual(SOON);
    });

    test("given an instance that has moved on, when its step is taken, then it is too late", async () => {
      const { id, state } = await waitUntil(new Date(0));
      const event = await taking(state.version);
      await scene().under.store.dispatch(id, {
        type: "signal.received",
        signalId: asId<SignalId>(scene().under.newId()),
        name: "hello",
        payload: 1,
        deduplicationId: null,
      });
      expect(await scene().under.store.dispatch(id, event, { state })).toEqual({ kind: "stale" });
      expect(await scene().under.store.findTimer(event.timerId)).not.toBeNull();
      expect(await scene().given.steps(id)).toEqual(["timer_a waiting 1"]);
    });

    test("given one far away, then it is not due, and due within the time that it takes", async () => {
      await waitUntil(new Date(Date.UTC(2126, 0, 1)));
      expect(await scene().under.store.listDueTimers(0, 10)).toEqual([]);
      const century = 101 * 365.25 * 86_400_000;
      const [timer] = await scene().under.store.listDueTimers(century, 10);
      if (timer === undefined) throw new Error("the timer is not there");
      const found = await scene().under.store.findTimer(timer.timerId);
      expect(found).toMatchObject(timer);
      expect(found?.dueIn).toBeGreaterThan(99 * 365 * 86_400_000);
    });
  });
  describe("callbacks", () => {
    const request = { kind: "callback", tokenHash: "a".repeat(64), callbackKey: "data" } as const;
    const receive = (id: InstanceId, step: ClaimedStep) =>
      scene().under.store.dispatch(id, {
        type: "callback.received",
        executionId: step.executionId,
        callbackKey: "data",
        payload: { paid: true },
      });

    test("when one comes, then its payload is in the context and the token is used up", async () => {
      const { id, step } = await scene().given.waitingFor(aStructure(["webhook_a -> b"]), request);
      expect(await scene().under.store.findCallback(request.tokenHash)).toEqual({
        instanceId: id,
        executionId: step.executionId,
        callbackKey: "data",
        open: true,
      });
      await receive(id, step);
      expect((await scene().under.instance(id)).context).toEqual({
        before: 1,
        data: { paid: true },
      });
      expect((await scene().under.store.findCallback(request.tokenHash))?.open).toBe(false);
      await expect(receive(id, step)).rejects.toThrow(CallbackAlreadyUsedError);
      expect(await scene().under.store.findCallback("b".repeat(64))).toBeNull();
    });

    test("given a wait with a token, when another waits with the same, then that one is told", async () => {
      const structure = aStructure(["webhook_a -> b"]);
      const { id, step } = await scene().given.waitingFor(structure, request);
      const { first } = await scene().given.started(structure);
      const other = await scene().given.claimed(first);
      await expect(scene().given.wait(other, request)).rejects.toThrow(CallbackTokenInUseError);
      await receive(id, step);
      await scene().given.wait(other, request);
    });
  });
}

function aTask(assigneeId: string | null): TaskRequest {
  return {
    kind: "task",
    title: "Approve",
    description: null,
    formSchema: A_FORM,
    assigneeId,
    assigneeGroup: null,
    dueAt: null,
    reminderAt: null,
  };
}
