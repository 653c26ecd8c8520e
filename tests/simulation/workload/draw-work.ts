import type { StartOrder } from "../world/orders.ts";
import { Dice } from "../dice.ts";
import type { Witness } from "../witness.ts";
import { randomWorkflow, type RandomWorkflow } from "./random-workflow.ts";

/** What a run has to do. */
export interface Work {
  readonly workflows: readonly RandomWorkflow[];
  readonly orders: readonly DrawnOrder[];
}

/** An order for one of the workflows, by its place in the list. */
interface DrawnOrder extends Omit<StartOrder, "definitionId" | "idempotencyKey"> {
  readonly workflow: number;
}

/** Draws some workflows and who starts them when: the same seed, the same work. */
export function drawWork(seed: number, witness: Witness): Work {
  const dice = new Dice(seed, "work");
  const child = dice.chance(0.5) ? randomWorkflow(seed, "inner", witness, null) : null;
  const main = randomWorkflow(seed, "outer", witness, child === null ? null : "inner");
  const workflows = child === null ? [main] : [child, main];
  const isFreeOfConflicts = workflows.every((workflow) => workflow.isFreeOfConflicts);
  const orders = Array.from({ length: dice.whole(1, 4) }, (): DrawnOrder => ({
    workflow: workflows.length - 1,
    at: dice.between(0, 1_500),
    input: { seed: dice.whole(1, 1_000_000) },
    signals: main.signals,
    steps: main.definition.structure.steps
      .filter((step) => step.memberOf === undefined)
      .map((step) => step.name),
    isForsaken: main.definition.structure.deadline !== undefined && dice.chance(0.5),
    isFreeOfConflicts,
  }));
  return { workflows, orders };
}
