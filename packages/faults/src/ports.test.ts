import { describe, expect, test } from "vitest";
import { faultSwitch } from "./fault-switch.ts";
import { faultPlan } from "./fault-plan.ts";
import { queueWithFaults } from "./ports.ts";

/** A queue that notes what it was told, with something private as real ones have it. */
class NotingQueue {
  readonly told: string[] = [];
  readonly #name = "noting";

  get name(): string {
    return this.#name;
  }

  async enqueue(items: readonly string[]): Promise<number> {
    this.told.push(...items);
    return items.length;
  }

  async takeTurn() {
    return { finish: async () => this.told.push("is intact") };
  }
}

/** Milliseconds, far more than a call takes. */
const STALL = 200;

/** A log that keeps what it was warned of. */
function keepingLog() {
  const warnings: object[] = [];
  return { warnings, warn: (details: object) => void warnings.push(details) };
}

describe("a port with fault points", () => {
  test("given no plan, then it is the port itself, and nobody is warned", () => {
    const log = keepingLog();
    const queue = new NotingQueue();
    expect(queueWithFaults(queue, faultSwitch([], log))).toBe(queue);
    expect(log.warnings).toEqual([]);
  });

  test("given a plan, then calls go through, and the fault happens at its pass alone", async () => {
    const log = keepingLog();
    const plan = faultPlan.parse(`after-enqueue=stall:${STALL}@2`);
    const queue = queueWithFaults(new NotingQueue(), faultSwitch(plan, log));
    expect(log.warnings).toEqual([{ plan }]);

    expect(await queue.enqueue(["a"])).toBe(1);
    // To tell nothing does not count as a pass.
    await queue.enqueue([]);
    const begin = performance.now();
    await queue.enqueue(["b", "c"]);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(STALL - 1);
    expect([queue.name, queue.told]).toEqual(["noting", ["a", "b", "c"]]);
  });

  test("given a plan for the end of a filling, then the turn that was taken comes past it", async () => {
    const plan = faultPlan.parse(`before-queue-is-intact=stall:${STALL}`);
    const queue = queueWithFaults(new NotingQueue(), faultSwitch(plan, keepingLog()));
    const turn = await queue.takeTurn();
    const begin = performance.now();
    expect(await turn.finish()).toBe(1);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(STALL - 1);
  });
});
