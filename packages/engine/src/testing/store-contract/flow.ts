import { describe, expect, test } from "vitest";
import { RECENT_STEPS } from "../../context/recent-history.ts";
import { WorkflowInstanceNotFoundError } from "../../errors.ts";
import { asId, type InstanceId } from "../../ids.ts";
import { aStructure } from "../builders.ts";
import type { Scene } from "./scene.ts";

/** How branches move on, meet and end. */
export function flowContract(scene: () => Scene): void {
  describe("moving on", () => {
    test("when a branch is carried on inline, then the next step is claimed by the same commit", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b", "b -> c"]));
      const a = await scene().given.claimed(first);
      const answer = await scene().given.succeed(a, [0], { inline: true, changes: { k: 1 } });
      expect(answer.inline?.stepName).toBe("b");
      expect(await scene().given.steps(id)).toEqual(["a succeeded 1", "b running 1"]);
    });

    test("when the first step of an instance is claimed as that, then it has all that it would have", async () => {
      const structure = aStructure(["a -> b"]);
      const claims = [];
      for (const hint of [{}, { isFirst: true }] as const) {
        const { first, id } = await scene().given.started(structure, { input: { k: "input" } });
        claims.push({ id, first, claim: await scene().given.claimed({ ...first, ...hint }) });
        expect(await scene().given.tryClaim({ ...first, ...hint }, scene().given.worker)).toEqual({
          kind: "stale",
        });
      }
      const [plain, hinted] = claims.map(({ id, first, claim }) =>
        JSON.stringify(claim, (key, value: unknown) => (key === "startedAt" ? "" : value))
          .replaceAll(id, "instance")
          .replaceAll(first.executionId, "execution"),
      );
      expect(hinted).toBe(plain);
    });

    test("when a step is wrongly said to be the first, then it has all that came before it", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b", "a -> c"]));
      const a = await scene().given.claimed(first);
      const jobs = scene().given.enqueued(await scene().given.succeed(a, [0, 1]));
      const [b, c] = await Promise.all(
        jobs.map((job) => scene().given.claimed({ ...job, isFirst: true })),
      );
      expect(b?.history.map((record) => record.stepName)).toEqual(["a"]);
      expect(c?.history.map((record) => record.stepName)).toEqual(["a"]);
    });

    test("when an event is committed, then the answer says what was written and on which state", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      const a = await scene().given.claimed(first);
      const { changes, before } = await scene().given.succeed(a, [0]);
      expect(changes).toMatchObject({
        instanceId: id,
        executions: [{ executionId: a.executionId, status: "succeeded" }],
        newExecutions: [{ stepName: "b" }],
      });
      expect(before?.tokens).toMatchObject([{ stepName: "a", status: "running" }]);
    });

    test("when a worker dies after inline steps, then the next one sees all they have set [scenarios 76, G16]", async () => {
      const { first } = await scene().given.started(aStructure(["a -> b", "b -> c"]), {
        input: { from: "input" },
      });
      const a = await scene().given.claimed(first);
      const toB = await scene().given.succeed(a, [0], {
        inline: true,
        changes: { a: 1, both: "a" },
      });
      const b = scene().given.following(a, toB);
      const toC = await scene().given.succeed(b, [1], {
        inline: true,
        changes: { b: 2, both: "b" },
      });
      const c = scene().given.following(b, toC);

      const [recovered] = await scene().given.workerLost();
      expect(recovered).toEqual({ executionId: c.executionId, attempt: 2 });
      const again = await scene().given.claimed({ executionId: c.executionId, attempt: 2 });
      expect(again.context).toEqual({ from: "input", a: 1, b: 2, both: "b" });
      expect(again.history.map((record) => record.stepName)).toEqual(["a", "b"]);
      await scene().given.succeed(again, [], { changes: { c: 3 } });
      const { context, status } = await scene().under.instance(again.instanceId);
      expect(status).toBe("completed");
      expect(context).toEqual({ from: "input", a: 1, b: 2, c: 3, both: "b" });
    });

    test("given a history without end, then a step sees its last part and every step's last success", async () => {
      const { first } = await scene().given.started(aStructure(["setup -> loop", "loop -> loop"]));
      let step = await scene().given.claimed(first);
      let edges = [0];
      for (let round = 0; round < RECENT_STEPS + 20; round += 1) {
        const result = round === 0 ? "set up" : round;
        step = scene().given.following(
          step,
          await scene().given.succeed(step, edges, { inline: true, result }),
        );
        edges = [1];
      }
      await scene().given.workerLost();
      const { history } = await scene().given.claimed({ ...step, attempt: 2 });
      expect(history).toHaveLength(RECENT_STEPS + 2);
      expect(history[0]).toMatchObject({ stepName: "setup", result: "set up" });
      expect(history[1]).toMatchObject({ stepName: "loop", result: 19 });
      expect(history.at(-1)).toMatchObject({ stepName: "loop", result: RECENT_STEPS + 19 });
    });

    test("given a step taken over, when the old owner reports its end, then nothing changes [scenario G1]", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      const a = await scene().given.claimed(first);
      await scene().given.workerLost();
      const late = await scene().given.dispatchSucceeded(a, [0], { changes: { late: true } });
      expect(late.kind).toBe("stale");
      expect(await scene().given.steps(id)).toEqual(["a scheduled 2"]);
      expect((await scene().under.instance(id)).context).toEqual({});
    });

    test("when the same end is reported twice, then it counts once", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b"]));
      const a = await scene().given.claimed(first);
      const both = await Promise.all([
        scene().given.dispatchSucceeded(a, [0]),
        scene().given.dispatchSucceeded(a, [0]),
      ]);
      expect(both.map((result) => result.kind).toSorted()).toEqual(["committed", "stale"]);
      expect(await scene().given.steps(id)).toEqual(["a succeeded 1", "b scheduled 1"]);
    });

    test("when all branches of a fork end at once, then the join starts once, after all [scenario 60]", async () => {
      const branches = Array.from({ length: 8 }, (_, n) => `b${n}`);
      const structure = aStructure([
        ...branches.map((branch) => `a -> ${branch}`),
        ...branches.map((branch) => `${branch} -> join`),
      ]);
      const { first, id } = await scene().given.started(structure);
      const fork = await scene().given.succeed(
        await scene().given.claimed(first),
        branches.map((_, edge) => edge),
      );
      const claimed = await Promise.all(
        scene()
          .given.enqueued(fork)
          .map((job) => scene().given.claimed(job)),
      );
      const ends = await Promise.all(
        claimed.map((step) =>
          scene().given.succeed(step, [branches.length + Number(step.stepName.slice(1))], {
            changes: { [step.stepName]: true },
            result: step.stepName,
          }),
        ),
      );
      const joins = ends.flatMap((end) => scene().given.enqueued(end));
      expect(joins).toHaveLength(1);
      const join = await scene().given.claimed(joins[0]);
      expect(join.stepName).toBe("join");
      expect(join.arrivals).toHaveLength(branches.length);
      expect(Object.keys(join.context).toSorted()).toEqual(branches);
      await scene().given.succeed(join, []);
      expect((await scene().under.instance(id)).status).toBe("completed");
    });

    test("when two branches set the same key, then the later commit wins", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b", "a -> c"]));
      const fork = await scene().given.succeed(await scene().given.claimed(first), [0, 1]);
      const [b, c] = await Promise.all(
        scene()
          .given.enqueued(fork)
          .map((job) => scene().given.claimed(job)),
      );
      await scene().given.succeed(c, [], { changes: { who: "c" } });
      await scene().given.succeed(b, [], { changes: { who: "b" } });
      expect((await scene().under.instance(id)).context).toEqual({ who: "b" });
    });

    test("when a step fails for good, then the instance fails and its other branches are canceled [scenario 61]", async () => {
      const { first, id } = await scene().given.started(aStructure(["a -> b", "a -> c"]));
      const fork = await scene().given.succeed(await scene().given.claimed(first), [0, 1]);
      const [b] = scene().given.enqueued(fork);
      await scene().given.fail(await scene().given.claimed(b), "out of order");
      expect(await scene().under.instance(id)).toMatchObject({
        status: "failed",
        error: "out of order",
        liveTokens: 0,
        currentStep: null,
      });
      expect(await scene().given.steps(id)).toEqual([
        "a succeeded 1",
        "b failed 1",
        "c canceled 1",
      ]);
    });

    test("when there is no such instance, then it is said so [scenario 81]", async () => {
      const nobody = asId<InstanceId>(scene().under.newId());
      const event = { type: "instance.canceled", reason: "test" } as const;
      await expect(scene().under.store.dispatch(nobody, event)).rejects.toThrow(
        WorkflowInstanceNotFoundError,
      );
    });
  });
}
