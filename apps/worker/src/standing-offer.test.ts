import { asId, claimedFirst, type ClaimedStep } from "@drover/engine";
import { ManualTimers } from "@drover/engine/testing";
import { newId } from "@drover/db";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { Places } from "./places.ts";
import { RunningSteps } from "./running-steps.ts";
import { StandingOffer } from "./standing-offer.ts";

const aStep = (): ClaimedStep =>
  claimedFirst({
    executionId: asId(newId()),
    stepName: "a",
    instanceId: asId(newId()),
    definitionId: asId(newId()),
    input: {},
    metadata: {},
    startedAt: new Date(0).toISOString(),
    createdBy: null,
    tenantId: null,
  });

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A worker with one place, what it says to those who start, and what it is told. */
function worker() {
  const said: string[] = [];
  const logged: string[] = [];
  const carriedOn: ClaimedStep[] = [];
  const timers = new ManualTimers();
  const places = new Places(1, timers);
  const state = {
    isDraining: false,
    offered: "made" as "made" | "enough" | "unheard",
    take: (_step: ClaimedStep) => {},
    /** Held up until then. */
    made: Promise.resolve(),
    endStep: () => {},
  };
  const running = new RunningSteps((isIdle) => offer.setIdle(isIdle));
  const logger = pino(
    { level: "info" },
    { write: (line: string) => void logged.push(JSON.parse(line).msg) },
  );
  const offer = new StandingOffer({
    open: (take) => {
      state.take = take;
      return {
        make: async () => {
          said.push("offered");
          await state.made;
          return state.offered;
        },
        withdraw: async () => void said.push("withdrawn"),
        close: async () => void said.push("closed"),
      };
    },
    places,
    running,
    timers,
    isDraining: () => state.isDraining,
    carryOn: (step) => {
      carriedOn.push(step);
      return new Promise<void>((end) => {
        state.endStep = end;
      });
    },
    logger,
  });
  return { offer, running, places, timers, said, logged, carriedOn, state };
}

describe("what an idle worker offers", () => {
  test("given nothing in hand, then its offer is repeated for as long as that is so", async () => {
    const { offer, running, said } = worker();
    await offer.renew();
    await offer.renew();
    expect(said).toEqual(["offered", "offered"]);
    running.enter();
    await offer.renew();
    expect(said).toEqual(["offered", "offered", "withdrawn"]);
  });

  test("given the end of all that it had in hand, then it offers a moment later", async () => {
    const { running, timers, said } = worker();
    const [leaveOne, leaveOther] = [running.enter(), running.enter()];
    leaveOne();
    timers.pass(10);
    await turn();
    expect(said).toEqual([]);
    leaveOther();
    await turn();
    expect(said).toEqual([]);
    timers.pass(2);
    await turn();
    expect(said).toEqual(["offered"]);
  });

  test("given something that begins within that moment, then nothing is offered", async () => {
    const { running, timers, said } = worker();
    running.enter()();
    running.enter();
    timers.pass(10);
    await turn();
    expect(said).toEqual([]);
  });

  test("given an offer that is under way, when something begins, then it is withdrawn after it", async () => {
    const { offer, running, said, state } = worker();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.made = promise;
    const made = offer.renew();
    await turn();
    running.enter();
    await turn();
    expect(said).toEqual(["offered"]);
    resolve();
    await made;
    await turn();
    expect(said).toEqual(["offered", "withdrawn"]);
  });

  test("given a step that comes of it, then it is carried on, and the next one is offered after that", async () => {
    const { offer, running, timers, said, carriedOn, state } = worker();
    await offer.renew();
    const step = aStep();
    state.take(step);
    await turn();
    expect(carriedOn).toEqual([step]);
    // It is the worker's to do: who wants to go waits for it.
    let isIdle = false;
    const waiting = async () => {
      await running.idle();
      isIdle = true;
    };
    void waiting();
    await turn();
    expect(isIdle).toBe(false);
    state.endStep();
    await turn();
    expect(isIdle).toBe(true);
    timers.pass(2);
    await turn();
    // There was nothing to withdraw: it had been taken.
    expect(said).toEqual(["offered", "offered"]);
  });

  test("given a step that comes while the offer is being repeated, then the new one is withdrawn", async () => {
    const { offer, said, carriedOn, state } = worker();
    await offer.renew();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.made = promise;
    const made = offer.renew();
    await turn();
    state.take(aStep());
    resolve();
    await made;
    await turn();
    expect(carriedOn).toHaveLength(1);
    expect(said).toEqual(["offered", "offered", "withdrawn"]);
  });

  test("given no place for what comes within four seconds, then it is left to others", async () => {
    const { offer, places, timers, logged, carriedOn, state } = worker();
    await offer.renew();
    await places.take("queue", 0);
    state.take(aStep());
    await turn();
    timers.pass(4_000);
    await turn();
    expect(carriedOn).toEqual([]);
    expect(logged).toEqual(["there was no place for a step; others get it"]);
  });

  test("given a step that has the process for itself, then nothing that comes begins beside it", async () => {
    const { offer, running, timers, carriedOn, state } = worker();
    await offer.renew();
    void running.alone(timers, () => new Promise(() => {}));
    state.take(aStep());
    await turn();
    expect(carriedOn).toEqual([]);
  });

  test("given a worker that has to go, then it takes its offer back, begins nothing and makes none", async () => {
    const { offer, said, carriedOn, state } = worker();
    await offer.renew();
    state.isDraining = true;
    await offer.letGo();
    expect(said).toEqual(["offered", "withdrawn"]);
    state.take(aStep());
    await offer.renew();
    await turn();
    expect(carriedOn).toEqual([]);
    expect(said).toEqual(["offered", "withdrawn"]);
    await offer.close();
    expect(said.at(-1)).toBe("closed");
  });

  test("given an offer that fails, then whoever repeats it is told, and the next one is made", async () => {
    const { offer, said, state } = worker();
    state.made = Promise.reject(new Error("away"));
    await expect(offer.renew()).rejects.toThrow("away");
    state.made = Promise.resolve();
    await offer.renew();
    expect(said).toEqual(["offered", "offered"]);
  });

  test("given one who could not be told, then that is said once, and again when it can", async () => {
    const { offer, running, said, logged, state } = worker();
    state.offered = "unheard";
    await offer.renew();
    await offer.renew();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("all first steps come over the queue");
    // There is no offer to be withdrawn.
    running.enter()();
    expect(said).toEqual(["offered", "offered"]);
    state.offered = "made";
    await offer.renew();
    expect(logged[1]).toBe("what Postgres notifies of arrives here again");
  });

  test("given enough others that offer, then nothing is said of it", async () => {
    const { offer, running, said, logged, state } = worker();
    state.offered = "enough";
    await offer.renew();
    running.enter();
    expect(said).toEqual(["offered"]);
    expect(logged).toEqual([]);
  });
});
