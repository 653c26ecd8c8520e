import { ManualTimers } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { processPorts, wait, within } from "./process-ports.ts";

/** Lets everything that is ready go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("wait", () => {
  test("given a time, then it ends then and not before", async () => {
    const timers = new ManualTimers();
    const ended: string[] = [];
    void wait(timers, 50).then(() => ended.push("waited"));
    timers.pass(49);
    await settled();
    expect(ended).toEqual([]);
    timers.pass(1);
    await settled();
    expect(ended).toEqual(["waited"]);
  });

  test("given a signal that says stop, then it ends at once and leaves no alarm", async () => {
    const timers = new ManualTimers();
    const stop = new AbortController();
    const waiting = wait(timers, 50, stop.signal);
    stop.abort();
    await waiting;
    await wait(timers, 50, stop.signal);
    expect(timers.set).toBe(0);
  });
});

describe("within", () => {
  test("given work that ends in time, then it says so and leaves no alarm", async () => {
    const timers = new ManualTimers();
    expect(await within(timers, 50, Promise.resolve("done"))).toBe(true);
    expect(timers.set).toBe(0);
  });

  test("given work that does not end, then it is late", async () => {
    const timers = new ManualTimers();
    const inTime = within(timers, 50, new Promise(() => {}));
    timers.pass(50);
    expect(await inTime).toBe(false);
  });

  test("given work that fails, then that is told and no alarm is left", async () => {
    const timers = new ManualTimers();
    await expect(within(timers, 50, Promise.reject(new Error("no luck")))).rejects.toThrow(
      "no luck",
    );
    expect(timers.set).toBe(0);
  });
});

test("given the machine's own ports, then its clock goes on", () => {
  const { monotonic } = processPorts;
  expect(monotonic()).toBeLessThanOrEqual(monotonic());
});
