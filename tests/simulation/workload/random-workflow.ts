import { WorkflowDefinition } from "@drover/engine";
import { Dice } from "../dice.ts";
import type { Witness } from "../witness.ts";
import { BlockMaker } from "./block-maker.ts";
import { Draft } from "./draft.ts";
import { StepCode } from "./step-code.ts";

/** A workflow drawn from a seed. */
export interface RandomWorkflow {
  readonly definition: WorkflowDefinition;
  /** Whether it comes to the same however its branches are interleaved. */
  readonly isFreeOfConflicts: boolean;
  /** Signals that its steps wait for. */
  readonly signals: readonly string[];
}

/**
 * Draws a workflow: the same seed, the same workflow.
 * @param child a workflow that its steps may start; null for none
 */
export function randomWorkflow(
  seed: number,
  name: string,
  witness: Witness,
  child: string | null,
): RandomWorkflow {
  const dice = new Dice(seed, "workflow", name);
  const draft = new Draft();
  const maker = new BlockMaker(draft, dice, new StepCode(witness), child);
  const [initialStep] = maker.sequence(child === null ? 1 : 2);
  const { steps, edges, signals } = draft;
  const limited = dice.chance(0.08) ? { deadline: dice.whole(2_000, 20_000) } : {};
  const isFreeOfConflicts = draft.isFreeOfConflicts && limited.deadline === undefined;
  const definition = new WorkflowDefinition({
    name,
    version: "1.0.0",
    steps,
    edges,
    initialStep,
    ...limited,
  });
  return { definition, isFreeOfConflicts, signals };
}
