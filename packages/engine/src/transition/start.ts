import type { FlowGraph } from "../graph/flow-graph.ts";
import { asId, type DefinitionId, type ExecutionId, type InstanceId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Command, NewExecution } from "../state/changes.ts";
import type { Parent } from "../state/instance-state.ts";
import type { Environment } from "./environment.ts";

export interface StartRequest {
  readonly definitionId: DefinitionId;
  readonly input: JsonObject;
  readonly metadata: JsonObject;
  readonly correlationId: string | null;
  readonly createdBy: string | null;
  readonly tenantId: string | null;
  /** The same key starts the same instance; null for none. */
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

/** An instance as it is first written, together with its first step. */
export interface NewInstance extends StartRequest {
  readonly instanceId: InstanceId;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly firstExecution: NewExecution;
  readonly startedAt: Date;
  /** When it fails if it has not ended; null for never. */
  readonly deadlineAt: Date | null;
  /** The step that has started it; null where people or programs have. */
  readonly origin: Origin | null;
}

/** The instance and step from which another instance comes. */
export interface Origin extends Parent {
  /** How many instances wait for the new one, each for the next. */
  readonly depth: number;
  /** Whether that step waits for the new instance's end. */
  readonly waits: boolean;
}

/** What is to be written and sent to start an instance of a definition. */
export function startInstance(
  graph: FlowGraph,
  request: StartRequest,
  { now, newId }: Environment,
  origin: Origin | null = null,
): { readonly instance: NewInstance; readonly command: Command } {
  const { name, version, initialStep, deadline } = graph.structure;
  const executionId = asId<ExecutionId>(newId());
  const firstExecution: NewExecution = {
    executionId,
    stepName: initialStep,
    stepType: graph.step(initialStep).type,
    status: "scheduled",
    attempt: 1,
    wait: null,
    pendingFor: null,
    membership: null,
    item: undefined,
    undoes: null,
    workerId: null,
    contextSequence: null,
    arrivals: [],
    createdAt: now,
    end: null,
  };
  const instance: NewInstance = {
    ...request,
    instanceId: asId<InstanceId>(newId()),
    workflowName: name,
    workflowVersion: version,
    firstExecution,
    startedAt: now,
    deadlineAt: deadline === undefined ? null : new Date(now.getTime() + deadline),
    origin,
  };
  return { instance, command: { type: "enqueue", executionId, attempt: 1, isFirst: true } };
}
