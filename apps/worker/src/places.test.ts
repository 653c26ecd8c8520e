import { ManualTimers } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { Places } from "./places.ts";

const PATIENCE = 100;

/** Places, and work on them that lasts until the test ends it. */
function taking(count: number) {
  const timers = new ManualTimers();
  const places = new Places(count, timers);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (line: "queue" | "own", name: string) =>
    places.use(line, PATIENCE, async () => {
      begun.push(name);
      await new Promise<void>((end) => ends.set(name, end));
      return name;
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await turn();
  };
  return { timers, places, begun, work, end };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("places", () => {
  test("given as many as there is work, then all of it begins at once", async () => {
    const { begun, work } = taking(2);
    void work("queue", "a");
    void work("own", "b");
    await turn();
    expect(begun).toEqual(["a", "b"]);
  });

  test("given none free, when one comes free, then who came first has it", async () => {
    const { begun, work, end } = taking(1);
    for (const name of ["a", "b", "c"]) void work("queue", name);
    await turn();
    expect(begun).toEqual(["a"]);
    await end("a");
    expect(begun).toEqual(["a", "b"]);
  });

  test("given many in one line, then the other line has its turn", async () => {
    const { begun, work, end } = taking(1);
    for (const name of ["a", "b", "c"]) void work("own", name);
    for (const name of ["x", "y"]) void work("queue", name);
    await turn();
    for (const name of ["a", "x", "b", "y"]) await end(name);
    expect(begun).toEqual(["a", "x", "b", "y", "c"]);
  });

  test("given none in time, then nothing is done, and the place is not lost", async () => {
    const { timers, begun, work, end } = taking(1);
    void work("queue", "a");
    const late = work("queue", "b");
    await turn();
    timers.pass(10_000);
    expect(await late).toBeNull();
    await end("a");
    void work("queue", "c");
    await turn();
    expect(begun).toEqual(["a", "c"]);
  });

  test("when a place is taken for work that is not waited for, then it is kept until it is given back", async () => {
    const { places, begun, work } = taking(1);
    const giveBack = await places.take("queue", PATIENCE);
    void work("queue", "a");
    await turn();
    expect(begun).toEqual([]);
    giveBack?.();
    await turn();
    expect(begun).toEqual(["a"]);
  });

  test("when the last place is taken, and when there is one again, then that is told, each once", async () => {
    const told: boolean[] = [];
    const places = new Places(2, new ManualTimers(), (isAnyFree) => void told.push(isAnyFree));
    const [first, second] = [
      await places.take("own", PATIENCE),
      await places.take("queue", PATIENCE),
    ];
    // Who waits has the next one: none is free in between.
    const third = places.take("queue", PATIENCE);
    first?.();
    expect(told).toEqual([false]);
    (await third)?.();
    second?.();
    expect(told).toEqual([false, true]);
  });

  test("when a line is dismissed, then all in it are told, and the other waits on", async () => {
    const { places, begun, work, end } = taking(1);
    void work("queue", "a");
    const own = work("own", "b");
    void work("queue", "c");
    await turn();
    places.dismiss("own");
    expect(await own).toBeNull();
    await end("a");
    expect(begun).toEqual(["a", "c"]);
  });
});
