import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flowGraph } from "../graph/flow-graph.ts";
import type { InstanceId } from "../ids.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { readState } from "../memory/read-state.ts";
import type { WorkflowEvent } from "../state/events.ts";
import { groupedFlows, type Flow } from "../testing/arbitraries.ts";
import { countingIds } from "../testing/builders.ts";
import { memoryUnderTest } from "../testing/memory-under-test.ts";
import { RandomRun, type Dice } from "../testing/random-run.ts";
import { apply } from "./apply.ts";
import { stateNeeds } from "./needs.ts";

const dice = fc.nat();
const RUNS = 300;

function run(flow: Flow, options: Pick<Dice, "order" | "choices"> & Partial<Dice>) {
  const under = memoryUnderTest();
  return RandomRun.toEnd(under, flow, { failing: 0, pauses: false, ...options }, (id, event) =>
    compareStates(under.store, flow, id, event),
  );
}

/** A part of the state decides as all of it does, or asks for all of it. */
function compareStates(store: MemoryStore, flow: Flow, id: InstanceId, event: WorkflowEvent): void {
  const decide = (needs: ReturnType<typeof stateNeeds>) =>
    apply(flowGraph(flow.structure), readState(store.rows, id, needs), [event], {
      now: new Date(0),
      newId: countingIds(),
    });
  const part = decide(stateNeeds([event]));
  if (part.kind === "incomplete") return;
  const whole = decide({ kind: "whole" });
  expect(part.changes).toEqual(whole.kind === "incomplete" ? null : whole.changes);
}

describe("whatever the workflow, its groups and the order of events", () => {
  test("it comes to an end, no token is left, and a part of the state decides as all of it", async () => {
    await fc.assert(
      fc.asyncProperty(groupedFlows, dice, dice, async (flow, order, choices) => {
        const { instance } = await run(flow, { order, choices });
        expect(instance).toMatchObject({ status: "completed", liveTokens: 0 });
      }),
      { numRuns: RUNS },
    );
  });

  test("with steps that fail and pauses in between, it still comes to an end", async () => {
    await fc.assert(
      fc.asyncProperty(groupedFlows, dice, dice, async (flow, order, choices) => {
        const options = { order, choices, failing: 15, pauses: true };
        const { status, liveTokens, error } = (await run(flow, options)).instance;
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
        const first = await run(flow, { order: one, choices });
        const second = await run(flow, { order: other, choices, pauses: true });
        expect(second.endings).toEqual(first.endings);
        expect(second.instance.context).toEqual(first.instance.context);
      }),
      { numRuns: RUNS },
    );
  });
});
