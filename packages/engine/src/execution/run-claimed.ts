import type { StepSignal } from "../context/step-signal.ts";
import { StepGroup } from "../definition/step-group.ts";
import type { WorkflowDefinition } from "../definition/workflow-definition.ts";
import type { WorkflowStructure } from "../definition/structure.ts";
import type { NewId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClaimedStep, WorkflowStore } from "../store.ts";
import { StepLostTooOftenError } from "../errors.ts";
import { DEFAULT_LIMITS, type PayloadLimits } from "../payload-limits.ts";
import { runStep } from "./run-step.ts";
import { describeError } from "./step-error.ts";
import { childStarter } from "./start-child.ts";
import { withinLimits } from "./within-limits.ts";
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
  /** How often a step's worker may be lost before the step fails; as often as may be unless given. */
  readonly maxLostAttempts?: number;
  /** How large results and contexts may be; `DEFAULT_LIMITS` unless given. */
  readonly limits?: PayloadLimits;
}

/**
 * Runs the code of a claimed step: the same in every kind of engine. None of it runs where its
 * workers were lost too often; what it would do to this one, nobody can say.
 */
export async function runClaimedStep(
  services: RunServices,
  step: ClaimedStep,
  definition: WorkflowDefinition,
  signal: StepSignal,
  onHeartbeat: (details: JsonValue) => void,
): Promise<StepOutcome> {
  const { store, ports, newId, checkInput } = services;
  if (isLostTooOften(services, step, definition)) {
    const error = describeError(new StepLostTooOftenError(step.stepName, step.lostAttempts));
    return { type: "failed", error, handled: false, edges: [], contextChanges: {} };
  }
  const environment = () => ({ now: ports.now(), newId });
  const outcome = await runStep({
    ...ports,
    definition,
    stepName: step.stepName,
    context: stepContext(step, definition, signal, onHeartbeat),
    resumption: step.resumption,
    failedTries: step.failedTries,
    compensation: step.undoes !== null,
    startChild: childStarter(store, step, environment, checkInput),
  });
  const isGroup = definition.steps.get(step.stepName) instanceof StepGroup;
  return withinLimits(step, outcome, services.limits ?? DEFAULT_LIMITS, isGroup);
}

/** Who leaves a step out runs none of its code. */
function isLostTooOften(
  { maxLostAttempts = Number.POSITIVE_INFINITY }: RunServices,
  { stepName, lostAttempts, resumption }: ClaimedStep,
  { steps }: WorkflowDefinition,
): boolean {
  if (resumption?.kind === "skip") return false;
  return lostAttempts >= (steps.get(stepName)?.maxLostAttempts ?? maxLostAttempts);
}
