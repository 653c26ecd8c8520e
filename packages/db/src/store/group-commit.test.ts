import { processPorts } from "@drover/platform";
import { describe, expect, test } from "vitest";
import { GroupCommit } from "./group-commit.ts";

/** A flush that waits for the test to let each group go. */
function heldFlush() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const flush = async (items: readonly number[]) => {
    groups.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 10);
  };
  return { groups, flush, letGo: () => gates.shift()?.() };
}

const ONE_AT_A_TIME = {
  largest: 3,
  mostWaiting: 100,
  concurrency: 1,
  soon: processPorts.soon,
  isOneItems: () => true,
};

/** When everything that can go on has gone on. */
const nextMoment = () => new Promise<void>(processPorts.soon);

describe("GroupCommit", () => {
  test("given nothing under way, when an item comes, then it is flushed in the same moment", async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit(flush, ONE_AT_A_TIME);
    void commit.submit(1);
    await nextMoment();
    expect(groups).toEqual([[1]]);
  });

  test("given several who go on in the same moment, when each comes with an item, then all are flushed together", async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit(flush, { ...ONE_AT_A_TIME, concurrency: 2 });
    const goesOn = async (item: number) => {
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      void commit.submit(item);
    };
    await Promise.all([1, 9, 20].map(goesOn));
    await nextMoment();
    expect(groups).toEqual([[1, 9, 20]]);
  });

  test("given a flush under way, when items come, then they go together into the next", async () => {
    const { groups, flush, letGo } = heldFlush();
    const commit = new GroupCommit(flush, ONE_AT_A_TIME);
    const first = commit.submit(1);
    await nextMoment();
    const answers = [first, ...[2, 3, 4, 5].map((item) => commit.submit(item))];
    letGo();
    expect(await answers[0]).toBe(10);
    await expect.poll(() => groups.length).toBe(2);
    letGo();
    expect(await Promise.all(answers.slice(1, 4))).toEqual([20, 30, 40]);
    await expect.poll(() => groups.length).toBe(3);
    letGo();
    expect(await answers[4]).toBe(50);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  test("given a bad item in a group, then it alone is refused", async () => {
    const flush = async (items: readonly number[]) => {
      if (items.includes(13)) throw new Error(`13 is among ${items.length}`);
      return items;
    };
    const commit = new GroupCommit(flush, { ...ONE_AT_A_TIME, largest: 10 });
    const answers = await Promise.allSettled([1, 2, 13, 4].map((item) => commit.submit(item)));
    expect(answers.map((answer) => answer.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(answers[2]).toMatchObject({ reason: { message: "13 is among 1" } });
  });

  test("given trouble that concerns all, then all are refused at once and nothing is repeated", async () => {
    const groups: number[] = [];
    const flush = async (items: readonly number[]): Promise<number[]> => {
      groups.push(items.length);
      throw new Error("away");
    };
    const commit = new GroupCommit(flush, { ...ONE_AT_A_TIME, isOneItems: () => false });
    const answers = await Promise.allSettled([1, 2, 3, 4].map((item) => commit.submit(item)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(4).fill("rejected"));
    expect(groups).toEqual([3, 1]);
  });

  test("given as many waiting as may, then one more is refused at once and the others are served", async () => {
    const { groups, flush, letGo } = heldFlush();
    const commit = new GroupCommit(flush, { ...ONE_AT_A_TIME, mostWaiting: 2 });
    const first = commit.submit(1);
    await nextMoment();
    const answers = [first, ...[2, 3].map((item) => commit.submit(item))];
    await expect(commit.submit(4)).rejects.toMatchObject({ code: "OVERLOADED" });
    letGo();
    expect(await answers[0]).toBe(10);
    await expect.poll(() => groups.length).toBe(2);
    // There is room again.
    answers.push(commit.submit(5));
    letGo();
    await expect.poll(() => groups.length).toBe(3);
    letGo();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 50]);
  });

  test("given room for two, then two flushes are under way and no third", async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit(flush, { ...ONE_AT_A_TIME, largest: 1, concurrency: 2 });
    for (const item of [1, 2, 3]) void commit.submit(item);
    await nextMoment();
    expect(groups).toEqual([[1], [2]]);
  });
});
