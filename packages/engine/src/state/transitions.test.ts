import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryStore } from "../memory/memory-store.ts";
import { asId, type WorkerId } from "../ids.ts";
import { groupedFlows } from "../testing/arbitraries.ts";
import { aNewInstance, aStructure, countingIds, tickingClock } from "../testing/builders.ts";
import { wander } from "../testing/wander.ts";
import { INSTANCE_TRANSITIONS } from "./instance-transitions.ts";
import { STEP_TRANSITIONS } from "./step-transitions.ts";

/** What stores do by themselves, without `apply`. */
const BY_STORES: ReadonlySet<string> = new Set(["start", "claim", "recovery"]);

interface Row {
  readonly from: string | null;
  readonly to: string;
  readonly by: readonly string[];
}

/** Each row of a table in words, once for every cause that `apply` knows. */
function inWords(table: readonly Row[]): string[] {
  return table
    .flatMap(({ from, to, by }) =>
      by.filter((mover) => !BY_STORES.has(mover)).map((mover) => `${from} to ${to} by ${mover}`),
    )
    .toSorted();
}

/** What happens to steps and instances on so many random walks, each kind of change once. */
function seenOn(walks: number, seed: number) {
  const steps = new Set<string>();
  const instances = new Set<string>();
  for (const [index, flow] of fc.sample(groupedFlows, { numRuns: walks, seed }).entries()) {
    wander(flow, seed + index, ({ observers }) =>
      observers.push(({ before, event, changes }) => {
        for (const { from, status } of changes.executions) {
          steps.add(`${from.status} to ${status} by ${event.type}`);
        }
        for (const { status } of changes.newExecutions) {
          steps.add(`null to ${status} by ${event.type}`);
        }
        const { status } = changes.instance ?? before;
        if (status !== before.status) {
          instances.add(`${before.status} to ${status} by ${event.type}`);
        }
      }),
    );
  }
  return { steps: [...steps].toSorted(), instances: [...instances].toSorted() };
}

describe("the tables of transitions", () => {
  // The walks are the same on every run: rare ways would be found on some runs only.
  let seen: ReturnType<typeof seenOn>;
  beforeAll(() => {
    seen = seenOn(8_000, 1);
  });

  test("given all that happens to steps, then the table has it, and nothing besides", () => {
    expect(inWords(STEP_TRANSITIONS)).toEqual(seen.steps);
  });

  test("given all that happens to instances, then the table has it, and nothing besides", () => {
    expect(inWords(INSTANCE_TRANSITIONS)).toEqual(seen.instances);
  });

  test("given a pair of statuses, then no cause is named twice", () => {
    for (const table of [STEP_TRANSITIONS, INSTANCE_TRANSITIONS]) {
      expect(new Set(inWords(table)).size).toBe(inWords(table).length);
    }
  });

  test("given a store, then starts, claims and recoveries are as the table says", async () => {
    const store = new MemoryStore({ now: tickingClock(), newId: countingIds() });
    const structure = aStructure(["a -> b"]);
    const [definitionId] = await store.registerDefinitions([structure]);
    if (definitionId === undefined) throw new Error("the definition got no id");
    const instance = aNewInstance(structure, definitionId, countingIds());
    await store.startInstances([instance]);
    const { executionId, attempt } = instance.firstExecution;
    const statuses = () => [
      store.rows.instance(instance.instanceId).status,
      store.rows.execution(executionId).status,
    ];
    expect(statuses()).toEqual(["running", rowBy("start").to]);
    const workerId = asId<WorkerId>("00000000-0000-7000-8000-00000000ffff");
    const finder = asId<WorkerId>("00000000-0000-7000-8000-00000000fffe");
    await store.claim({ executionId, attempt, workerId, definitionIds: [definitionId] });
    expect(statuses()).toEqual(["running", rowBy("claim").to]);
    await store.recoverLostExecutions(0, finder);
    expect(statuses()).toEqual(["running", rowBy("recovery").to]);
  });
});

function rowBy(mover: string): Row {
  const table: readonly Row[] = STEP_TRANSITIONS;
  const row = table.find(({ by }) => by.includes(mover));
  if (row === undefined) throw new Error(`no row by ${mover}`);
  return row;
}
