import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupedFlows } from "../testing/arbitraries.ts";
import { RandomRun } from "../testing/random-run.ts";

const dice = fc.nat();
const RUNS = 300;

describe("whatever the workflow, its groups and the order of events", () => {
  test("it comes to an end, no token is left, and a part of the state decides as all of it", async () => {
    await fc.assert(
      fc.asyncProperty(groupedFlows, dice, dice, async (flow, order, choices) => {
        const run = await RandomRun.toEnd(flow, { order, choices, failing: 0, pauses: false });
        expect(run.store.rows.instance(run.id)).toMatchObject({
          status: "completed",
          liveTokens: 0,
          activeTokens: 0,
        });
      }),
      { numRuns: RUNS },
    );
  });

  test("with steps that fail and pauses in between, it still comes to an end", async () => {
    await fc.assert(
      fc.asyncProperty(groupedFlows, dice, dice, async (flow, order, choices) => {
        const run = await RandomRun.toEnd(flow, { order, choices, failing: 15, pauses: true });
        const { status, liveTokens, error } = run.store.rows.instance(run.id);
        expect(liveTokens).toBe(0);
        expect(["completed", "failed"]).toContain(status);
        expect(status === "failed").toBe(error !== null);
      }),
      { numRuns: RUNS },
    );
  });

  test("without races, what runs how often and what it leaves do not depend on the interleaving", async () => {
    const quiet = groupedFlows.filter(({ structure }) =>
      structure.steps.every((step) => step.group?.kind !== "race"),
    );
    await fc.assert(
      fc.asyncProperty(quiet, dice, dice, dice, async (flow, one, other, choices) => {
        const first = await RandomRun.toEnd(flow, {
          order: one,
          choices,
          failing: 0,
          pauses: false,
        });
        const second = await RandomRun.toEnd(flow, {
          order: other,
          choices,
          failing: 0,
          pauses: true,
        });
        expect(second.endings).toEqual(first.endings);
        const contextOf = (run: RandomRun) => run.store.rows.instance(run.id).context;
        expect(contextOf(second)).toEqual(contextOf(first));
      }),
      { numRuns: RUNS },
    );
  });
});
