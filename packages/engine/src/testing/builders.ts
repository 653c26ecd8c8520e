import type {
  EdgeStructure,
  GroupStructure,
  StepStructure,
  WorkflowStructure,
} from "../definition/structure.ts";
import { flowGraph } from "../graph/flow-graph.ts";
import { asId, type DefinitionId, type ExecutionId, type InstanceId, type NewId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { StepType } from "../status.ts";
import { startInstance, type NewInstance } from "../transition/start.ts";

/** Ids that sort in the order of making, the same on every run. */
export function countingIds(): NewId {
  let made = 0;
  return () => {
    made += 1;
    return `00000000-0000-7000-8000-${made.toString(16).padStart(12, "0")}`;
  };
}

/** A clock that moves on by a millisecond each time it is read. */
export function tickingClock(start = Date.UTC(2026, 0, 1)): () => Date {
  let time = start;
  return () => new Date((time += 1));
}

/**
 * A structure from a few words: `"a -> b"` is an edge, steps appear as they are named, and the
 * first is the initial one. Types by name: a step called `human_x` is a human step, and so on.
 */
export function aStructure(
  edges: readonly string[],
  overrides: Partial<WorkflowStructure> = {},
): WorkflowStructure {
  const parsed: EdgeStructure[] = edges.map((edge) => {
    const [source = "", target = ""] = edge.split(" -> ");
    return { source, target, condition: null };
  });
  const names = new Set(parsed.flatMap(({ source, target }) => [source, target]));
  const [initialStep = ""] = names;
  return {
    name: "sample",
    version: "1.0.0",
    description: "",
    steps: [...names].map((name) => ({ name, type: typeOf(name), description: "" })),
    edges: parsed,
    initialStep,
    terminalSteps: [],
    onNoMatch: "complete",
    ...overrides,
  };
}

/**
 * A structure whose groups have members: those of `groups` are steps of the structure already, or
 * members of a group before them.
 */
export function withGroups(
  structure: WorkflowStructure,
  groups: Readonly<Record<string, GroupStructure>>,
): WorkflowStructure {
  let { steps } = structure;
  for (const [name, group] of Object.entries(groups)) {
    const callback = "callback" in group && group.callback !== null ? [group.callback] : [];
    const members = [...group.members, ...callback].map((member) => ({
      name: member,
      type: typeOf(member),
      description: "",
      memberOf: name,
    }));
    steps = steps
      .map((step): StepStructure => (step.name === name ? { ...step, type: "group", group } : step))
      .concat(members);
  }
  return { ...structure, steps };
}

function typeOf(name: string): StepType {
  const [kind] = name.split("_");
  switch (kind) {
    case "human":
    case "timer":
    case "webhook":
    case "gateway":
      return kind;
    default:
      return "machine";
  }
}

/** A start request for a structure that is registered under an id. */
export function aNewInstance(
  structure: WorkflowStructure,
  definitionId: DefinitionId,
  newId: NewId,
  overrides: {
    readonly input?: JsonObject;
    readonly idempotencyKey?: string;
    readonly requestHash?: string;
  } = {},
): NewInstance {
  const key = overrides.idempotencyKey;
  const { instance } = startInstance(
    flowGraph(structure),
    {
      definitionId,
      input: overrides.input ?? {},
      metadata: {},
      correlationId: null,
      createdBy: null,
      tenantId: null,
      idempotency: key === undefined ? null : { key, requestHash: overrides.requestHash ?? "hash" },
    },
    { now: new Date(Date.UTC(2026, 0, 1)), newId },
  );
  return instance;
}

export const anInstanceId = (text: string) => asId<InstanceId>(text);
export const anExecutionId = (text: string) => asId<ExecutionId>(text);
