import { NOTHING_REMEMBERED } from "../state/instance-state.ts";
import type { ClaimedStep } from "../store.ts";
import type { NewInstance } from "../transition/start.ts";

/** What the first step of an instance needs to run; all of it is JSON. */
export interface FirstStep extends Pick<
  NewInstance,
  "instanceId" | "definitionId" | "input" | "metadata" | "createdBy" | "tenantId"
> {
  readonly executionId: ClaimedStep["executionId"];
  readonly stepName: string;
  readonly startedAt: string;
}

export function firstStepOf(instance: NewInstance): FirstStep {
  const { instanceId, definitionId, input, metadata, createdBy, tenantId } = instance;
  const { firstExecution, startedAt } = instance;
  return {
    instanceId,
    definitionId,
    input,
    metadata,
    createdBy,
    tenantId,
    executionId: firstExecution.executionId,
    stepName: firstExecution.stepName,
    startedAt: startedAt.toISOString(),
  };
}

/**
 * The first step of an instance that nobody has started but a person or a program, as a claim of it right after
 * the start would answer: nothing has happened yet, so nothing has to be read.
 */
export function claimedFirst(first: FirstStep): ClaimedStep {
  const { executionId, instanceId, definitionId, stepName, metadata, startedAt } = first;
  const token = { executionId, stepName, attempt: 1, arrivals: [], membership: null, undoes: null };
  return {
    executionId,
    instanceId,
    definitionId,
    stepName,
    attempt: 1,
    failedTries: 0,
    lostAttempts: 0,
    heartbeatDetails: null,
    arrivals: [],
    resumption: null,
    membership: null,
    item: undefined,
    members: [],
    childOutput: null,
    undoes: null,
    depth: 0,
    context: first.input,
    metadata,
    history: [],
    startedAt,
    createdBy: first.createdBy,
    tenantId: first.tenantId,
    state: {
      id: instanceId,
      definitionId,
      status: "running",
      version: 1,
      sequence: 0,
      terminalReached: false,
      unfolded: {},
      tokens: [{ ...token, status: "running" }],
      hidden: { live: 0, active: 0 },
      memory: NOTHING_REMEMBERED,
      signals: null,
      undoable: null,
      parent: null,
    },
  };
}
