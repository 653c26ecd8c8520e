import { asId, type ExecutionId, type ScheduledExecution } from "@drover/engine";
import { ManualTimers } from "@drover/engine/testing";
import { describe, expect, test } from "vitest";
import { OwnWork } from "./own-work.ts";
import { Places } from "./places.ts";

/** @param name one letter, with which its id ends */
const step = (name: "a" | "b" | "c" | "d"): ScheduledExecution => ({
  executionId: asId<ExecutionId>(`019a0000-0000-7000-8000-00000000000${name}`),
  attempt: 1,
});

const nameOf = ({ executionId }: ScheduledExecution) => executionId.at(-1);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A worker with two places that carries on what it keeps until the test says that it is done. */
function worker({ isOthers = false } = {}) {
  const carriedOn: (string | undefined)[] = [];
  const handedOver: (string | undefined)[] = [];
  const ends: (() => void)[] = [];
  const timers = new ManualTimers();
  const state = { isDraining: false };
  const own = new OwnWork({
    places: new Places(2, timers),
    soon: (callback) => void setImmediate(callback),
    isDraining: () => state.isDraining,
    carryOn: async (kept) => {
      carriedOn.push(nameOf(kept));
      if (isOthers) return false;
      await new Promise<void>((end) => ends.push(end));
      return true;
    },
    handOver: async (kept) => void handedOver.push(...kept.map(nameOf)),
  });
  return { own, carriedOn, handedOver, ends, timers, state };
}

describe("what a worker keeps for itself", () => {
  test("given brisk steps, then it carries on as many as it has places, and the others as they end", async () => {
    const { own, carriedOn, ends } = worker();
    expect(own.keep([step("a"), step("b"), step("c")])).toEqual([]);
    await turn();
    expect(carriedOn).toEqual(["a", "b"]);
    ends.shift()?.();
    await turn();
    expect(carriedOn).toEqual(["a", "b", "c"]);
  });

  test("given steps that take long, then the queue has them", () => {
    const { own } = worker();
    for (let run = 0; run < 10; run += 1) own.noteRun(500);
    const steps = [step("a"), step("b")];
    expect(own.keep(steps)).toEqual(steps);
  });

  test("given no place in time, then others have the step", async () => {
    const { own, handedOver, timers } = worker();
    own.keep([step("a"), step("b"), step("c")]);
    await turn();
    timers.pass(10_000);
    await expect.poll(() => handedOver).toEqual(["c"]);
  });

  test("given a step that this worker cannot run, then others have it", async () => {
    const { own, carriedOn, handedOver } = worker({ isOthers: true });
    own.keep([step("a")]);
    await expect.poll(() => handedOver).toEqual(["a"]);
    expect(carriedOn).toEqual(["a"]);
  });

  test("when the worker has to go, then it keeps nothing, and others have what has not begun", async () => {
    const { own, handedOver, ends, state } = worker();
    own.keep([step("a"), step("b"), step("c")]);
    await turn();
    state.isDraining = true;
    const isGone = own.letGo();
    expect(own.keep([step("d")])).toEqual([step("d")]);
    await expect.poll(() => handedOver).toEqual(["c"]);
    for (const end of ends) end();
    await isGone;
  });
});
