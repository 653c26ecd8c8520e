import { describe, expect, test } from "vitest";
import type { GroupStructure } from "../../definition/structure.ts";
import type { JsonValue } from "../../json.ts";
import type { Dispatched } from "../../store.ts";
import { aStructure, withGroups } from "../builders.ts";
import type { Scene } from "./scene.ts";

type Committed = Extract<Dispatched, { kind: "committed" }>;

const aMap = (concurrency: number | null, callback: string | null = null): GroupStructure => ({
  kind: "map",
  members: ["item"],
  callback,
  onFailure: "fail-fast",
  concurrency,
});

/** Two people who answer side by side. */
const PAIR: GroupStructure = {
  kind: "parallel",
  members: ["human_l", "human_r"],
  callback: null,
  onFailure: "fail-fast",
};

/** Groups, of whose many members a store reads no more than it has to. */
export function groupContract(scene: () => Scene): void {
  const opened = async (group: GroupStructure, items: JsonValue[] | null) => {
    const structure = withGroups(aStructure(["group -> after"]), { group });
    const { id, first } = await scene().given.started(structure);
    const step = await scene().given.claimed(first);
    const open = await scene().given.wait(step, { kind: "group", chosen: null, items });
    return { id, open };
  };
  const claimAll = async (from: Committed) => {
    const jobs = scene().given.enqueued(from);
    return Promise.all(jobs.map((job) => scene().given.claimed(job)));
  };

  describe("groups", () => {
    test("when items are mapped, then each claimed member has its own, and the group all results in order", async () => {
      const { id, open } = await opened(aMap(null), ["x", { y: 1 }, null]);
      const members = await claimAll(open);
      expect(members.map((member) => member.item)).toEqual([
        { value: "x", index: 0 },
        { value: { y: 1 }, index: 1 },
        { value: null, index: 2 },
      ]);
      const [first, second, third] = members;
      await scene().given.succeed(third, [], { result: "third" });
      await scene().given.succeed(first, [], { result: "first" });
      const last = await scene().given.succeed(second, [], { result: "second" });
      const [group] = await claimAll(last);
      expect(group).toMatchObject({
        stepName: "group",
        resumption: { kind: "group", error: null },
      });
      expect(group?.members.map(({ index, result }) => [index, result])).toEqual([
        [0, "first"],
        [1, "second"],
        [2, "third"],
      ]);
      await scene().given.succeed(group, []);
      expect(await scene().under.instance(id)).toMatchObject({ status: "completed" });
    });

    test("when many members end in the same moment, then all of them count", async () => {
      const items = Array.from({ length: 300 }, (_, item) => item);
      const { id, open } = await opened(aMap(null), items);
      const members = await claimAll(open);
      const ends = await Promise.all(
        members.map((member) => scene().given.succeed(member, [], { result: 1 })),
      );
      const woken = ends.flatMap((end) => scene().given.enqueued(end));
      expect(woken).toHaveLength(1);
      const group = await scene().given.claimed(woken[0]);
      expect(group.members).toHaveLength(300);
      expect(await scene().under.instance(id)).toMatchObject({ liveTokens: 1 });
    });

    test("when a map has a limit, then the next item's turn comes with each end", async () => {
      const { id, open } = await opened(aMap(2), [1, 2, 3, 4]);
      const [first, second] = await claimAll(open);
      const one = await scene().given.succeed(first, []);
      const [third] = await claimAll(one);
      expect(third?.item).toEqual({ value: 3, index: 2 });
      const two = await scene().given.succeed(second, []);
      const [fourth] = await claimAll(two);
      expect(fourth?.item).toEqual({ value: 4, index: 3 });
      await scene().given.succeed(third, []);
      const last = await scene().given.succeed(fourth, []);
      expect(scene().given.enqueued(last)).toHaveLength(1);
      expect(await scene().under.instance(id)).toMatchObject({ status: "running", liveTokens: 1 });
    });

    test("when a member fails fast, then all the others are canceled, also those never read", async () => {
      const { id, open } = await opened(aMap(3), [1, 2, 3, 4, 5]);
      const [first] = await claimAll(open);
      if (first === undefined) throw new Error("no member is ready");
      const failed = await scene().given.fail(first, "broken");
      const [group] = await claimAll(failed);
      expect(group?.resumption).toMatchObject({ kind: "group", error: { message: "broken" } });
      expect(await scene().under.instance(id)).toMatchObject({ liveTokens: 1 });
      const steps = await scene().given.steps(id);
      expect(steps.filter((step) => step.startsWith("item canceled"))).toHaveLength(4);
    });

    test("when all have ended, then a callback gets what they came to", async () => {
      const { open } = await opened(aMap(null, "sum"), [1, 2]);
      const [first, second] = await claimAll(open);
      await scene().given.succeed(first, [], { result: 10 });
      const [callback] = await claimAll(await scene().given.succeed(second, [], { result: 20 }));
      expect(callback?.stepName).toBe("sum");
      expect(callback?.members.map(({ result }) => result)).toEqual([10, 20]);
      const [group] = await claimAll(await scene().given.succeed(callback, [], { result: 30 }));
      expect(group?.members.map(({ index }) => index)).toEqual([-1, 0, 1]);
    });

    test("when a form is filled in beside another one, then its fields are there under both names", async () => {
      const { id, open } = await opened(PAIR, null);
      const [left] = await claimAll(open);
      if (left === undefined) throw new Error("no member is ready");
      const { state } = await scene().given.wait(left, aTask());
      const token = state.tokens.find(({ executionId }) => executionId === left.executionId);
      if (token?.status !== "waiting" || token.wait.kind !== "task") throw new Error("no task");
      await scene().given.complete(id, token.wait.taskId, "bob@example.com");
      expect((await scene().under.instance(id)).context).toMatchObject({
        approved: true,
        human_l_approved: true,
      });
    });
  });
}

function aTask() {
  return {
    kind: "task",
    title: "Answer",
    description: null,
    formSchema: null,
    assigneeId: null,
    assigneeGroup: null,
    dueAt: null,
    reminderAt: null,
  } as const;
}
