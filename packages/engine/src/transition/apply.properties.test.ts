import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Flow } from "../testing/arbitraries.ts";
import { flows } from "../testing/arbitraries.ts";
import { Walk } from "../testing/walk.ts";

/** Rounds of a loop, and all ends of one run: beyond these a workflow would not end. */
const MOST_ROUNDS = 3;
const MOST_ENDS = 5_000;

/** A number from a few others, the same every time: which way a step takes is no matter of order. */
function draw(...parts: readonly (number | string)[]): number {
  let hash = 2_166_136_261;
  for (const character of parts.join("|")) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
  }
  return hash / 2 ** 32;
}

/** Runs a workflow to its end, taking ready steps in an order drawn from `order`. */
function runToEnd(flow: Flow, order: number, choices: number): Walk {
  const walk = new Walk(flow.structure);
  const visits = new Map<string, number>();
  for (let ends = 0; walk.state.tokens.length > 0; ends += 1) {
    const ready = walk.state.tokens.filter((token) => token.status === "scheduled");
    const token = ready[Math.floor(draw(order, ends) * ready.length)];
    if (token === undefined) throw new Error(`stuck: ${walk.open.join(", ")}`);
    if (ends > MOST_ENDS) throw new Error("the workflow does not end");
    const { stepName } = token;
    const visit = (visits.get(stepName) ?? 0) + 1;
    visits.set(stepName, visit);
    const edges = chosen(flow, walk, stepName, draw(choices, stepName, visit), visit);
    walk.succeed(walk.claim(stepName), edges, { [`${stepName}.${visit}`]: visit });
  }
  return walk;
}

function chosen(flow: Flow, walk: Walk, stepName: string, at: number, visit: number) {
  const outgoing = walk.graph.outgoing(stepName);
  switch (flow.ways.get(stepName)) {
    case "one":
      return [outgoing[Math.floor(at * outgoing.length)] ?? 0];
    case "again": {
      const again = visit <= MOST_ROUNDS && at < 0.5;
      return outgoing.filter((edge) => walk.graph.isBackEdge(edge) === again);
    }
    default:
      return outgoing;
  }
}

const orders = fc.nat();

describe("whatever the workflow and the order of its steps", () => {
  test("it comes to an end, and no token is left", () => {
    fc.assert(
      fc.property(flows, orders, orders, (flow, order, choices) => {
        const walk = runToEnd(flow, order, choices);
        expect(walk.state).toMatchObject({ status: "completed", tokens: [] });
      }),
      { numRuns: 400 },
    );
  });

  test("which steps run how often does not depend on the order in which branches end", () => {
    fc.assert(
      fc.property(flows, orders, orders, orders, (flow, order, another, choices) => {
        const first = runToEnd(flow, order, choices);
        const second = runToEnd(flow, another, choices);
        expect(first.path.toSorted()).toEqual(second.path.toSorted());
        expect(first.context).toEqual(second.context);
      }),
      { numRuns: 400 },
    );
  });

  test("a workflow without loops runs no step twice: every join starts once", () => {
    const straight = flows.filter((flow) => ![...flow.ways.values()].includes("again"));
    fc.assert(
      fc.property(straight, orders, orders, (flow, order, choices) => {
        const { path } = runToEnd(flow, order, choices);
        expect(new Set(path).size).toBe(path.length);
      }),
      { numRuns: 300 },
    );
  });

  test("the history numbers what has ended without a gap", () => {
    fc.assert(
      fc.property(flows, orders, orders, (flow, order, choices) => {
        const { ended } = runToEnd(flow, order, choices);
        expect(ended.map((end) => end.sequence)).toEqual(ended.map((_, index) => index + 1));
      }),
      { numRuns: 100 },
    );
  });
});
