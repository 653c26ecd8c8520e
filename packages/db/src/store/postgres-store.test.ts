import { groupedFlows, RandomRun, storeContract } from "@drover/engine/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresUnderTest } from "../testing/postgres-under-test.ts";

storeContract("the store on Postgres", postgresUnderTest);

/** Each is some dozen commits. */
const RUNS = 30;

/** Milliseconds; a busy machine takes its time. */
const PATIENCE = 120_000;

describe("random workflows on Postgres", () => {
  let under: Awaited<ReturnType<typeof postgresUnderTest>>;
  beforeAll(async () => {
    under = await postgresUnderTest();
  });
  afterAll(() => under.close());

  test(
    "whatever the groups and the order of events, they come to an end and no token is left",
    async () => {
      await fc.assert(
        fc.asyncProperty(groupedFlows, fc.nat(), fc.nat(), async (flow, order, choices) => {
          // Every workflow is one of its own: the database keeps what came before.
          const structure = { ...flow.structure, name: `random_${under.newId()}` };
          const run = await RandomRun.toEnd(
            under,
            { ...flow, structure },
            { order, choices, failing: 5, pauses: true },
          );
          expect(run.instance.liveTokens).toBe(0);
          expect(["completed", "failed"]).toContain(run.instance.status);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    PATIENCE,
  );
});
