import type { StepSignal } from "../context/step-signal.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import type { NewId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClaimedStep, WorkflowStore } from "../store.ts";
import { runStep } from "./run-step.ts";
import { childStarter } from "./start-child.ts";
import { stepContext } from "./step-context.ts";
import type { RunPorts, StepOutcome } from "./step-run.ts";

/** What a process has that runs claimed steps. */
export interface RunServices {
  readonly store: Pick<WorkflowStore, "findDefinition">;
  readonly ports: RunPorts;
  readonly newId: NewId;
  /**
   * Holds the input of a workflow that a step starts against its schema.
   * @throws where it does not fit, naming the field
   */
  readonly checkInput: (structure: WorkflowStructure, input: JsonObject) => void;
}

/** Runs the code of a claimed step: the same in every kind of engine. */
export function runClaimedStep(
  { store, ports, newId, checkInput }: RunServices,
  step: ClaimedStep,
  definition: WorkflowDefinition,
  signal: StepSignal,
  onHeartbeat: (details: JsonValue) => void,
): Promise<StepOutcome> {
  const environment = () => ({ now: ports.now(), newId });
  return runStep({
    ...ports,
    definition,
    stepName: step.stepName,
    context: stepContext(step, definition, signal, onHeartbeat),
    resumption: step.resumption,
    failedTries: step.failedTries,
    compensation: step.undoes !== null,
    startChild: childStarter(store, step, environment, checkInput),
  });
}
