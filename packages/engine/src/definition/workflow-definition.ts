import type { WorkflowContext } from "../context/workflow-context.ts";
import { graphToJson, type GraphJson } from "../graph/graph-json.ts";
import { toMermaid, toMermaidWithState, type MermaidState } from "../graph/mermaid.ts";
import type { JsonObject } from "../json.ts";
import { checkShape } from "./check-shape.ts";
import { Edge, type EdgeInit } from "./edge.ts";
import { toMilliseconds, type Duration } from "./duration.ts";
import { flattenSteps } from "./flatten-steps.ts";
import type { InputSchema } from "./input-schema.ts";
import { readInputSchema, type DefinedInput } from "./read-input-schema.ts";
import type { Step } from "./step.ts";
import { stepStructure } from "./step-structure.ts";
import { FUNCTION_CONDITION, type OnNoMatch, type WorkflowStructure } from "./structure.ts";
import { unknownOptions } from "./unknown-options.ts";
import { validateDefinition, warningsOf } from "./validate.ts";

/** What a workflow is made of. */
export interface WorkflowDefinitionInit<Data extends object = JsonObject> {
  readonly name: string;
  /** A semantic version, `1.0.0`. */
  readonly version: string;
  readonly description?: string;
  /** Steps by key; a list takes each step's name as its key. */
  readonly steps: Readonly<Record<string, Step<Data>>> | readonly Step<Data>[];
  readonly edges: readonly (Edge<Data> | EdgeInit<Data>)[];
  readonly initialStep: string;
  /** Steps that end the workflow. Without any, it ends when no branch is left. */
  readonly terminalSteps?: Iterable<string>;
  readonly onNoMatch?: OnNoMatch;
  /** How long an instance may take from its start, waits and pauses included; then it fails. */
  readonly deadline?: Duration;
  /** What the input has to look like; without it any object is taken. */
  readonly input?: InputSchema<Data>;
}

/** The compiler asks for every option that there is. */
const INIT = {
  name: true,
  version: true,
  description: true,
  steps: true,
  edges: true,
  initialStep: true,
  terminalSteps: true,
  onNoMatch: true,
  deadline: true,
  input: true,
} satisfies Record<keyof WorkflowDefinitionInit, true>;

/** A workflow: its steps, the edges between them, where it begins and where it ends. */
export class WorkflowDefinition<Data extends object = JsonObject> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** All steps by name, those inside of groups too. */
  readonly steps: ReadonlyMap<string, Step<Data>>;
  /** Names that more than one step has; a definition with any cannot be registered. */
  readonly duplicateSteps: readonly string[];
  /** What is wrong with names of options, in words. */
  readonly unknownOptions: readonly string[];
  readonly edges: readonly Edge<Data>[];
  readonly initialStep: string;
  readonly terminalSteps: ReadonlySet<string>;
  readonly onNoMatch: OnNoMatch;
  /** What was given as `input`, as JSON Schema. */
  readonly input: DefinedInput;
  /** How long an instance may take from its start; null for as long as it likes. */
  readonly deadline: Duration | null;
  readonly #structure: WorkflowStructure;

  /** @throws WorkflowValidationError for what no definition can be made of: no steps, no edges */
  constructor(init: WorkflowDefinitionInit<Data>) {
    checkShape(init);
    // A subclass may take more than this class knows.
    const isOurs = new.target === WorkflowDefinition;
    this.unknownOptions = isOurs ? unknownOptions(init, Object.keys(INIT)) : [];
    this.name = init.name;
    this.version = init.version;
    this.description = init.description ?? "";
    const { steps, memberOf, duplicates } = flattenSteps(stepsByKey(init.steps));
    this.steps = steps;
    this.duplicateSteps = duplicates;
    this.edges = init.edges.map((edge) =>
      edge instanceof Edge
        ? edge
        : new Edge<Data>(edge.source, edge.target, edge.condition ?? null),
    );
    this.initialStep = init.initialStep;
    this.terminalSteps = new Set(init.terminalSteps ?? []);
    this.onNoMatch = init.onNoMatch ?? "complete";
    this.input = readInputSchema(init.input);
    this.deadline = init.deadline ?? null;
    this.#structure = structureOf(this, memberOf);
  }

  /** The definition as data, without its code. */
  get structure(): WorkflowStructure {
    return this.#structure;
  }

  /** Everything that is wrong, in words; empty when the definition can be registered. */
  validate(): string[] {
    return validateDefinition(this);
  }

  /** What is allowed and may still surprise, in words. */
  warnings(): string[] {
    return warningsOf(this);
  }

  /** Targets of all outgoing edges whose condition holds, in the order of declaration. */
  getNextSteps(current: string, context: WorkflowContext<Data>): string[] {
    return this.edges
      .filter((edge) => edge.getSourceName() === current && edge.evaluateCondition(context))
      .map((edge) => edge.getTargetName());
  }

  getGraph(): GraphJson {
    return graphToJson(this.#structure);
  }

  toMermaid(): string {
    return toMermaid(this.#structure);
  }

  toMermaidWithState(state: MermaidState): string {
    return toMermaidWithState(this.#structure, state);
  }
}

function stepsByKey<Data extends object>(
  steps: WorkflowDefinitionInit<Data>["steps"],
): [string, Step<Data>][] {
  // Array.isArray does not narrow readonly arrays; Object.entries tells them apart no better.
  const list: readonly Step<Data>[] | null = Array.isArray(steps) ? steps : null;
  return list === null ? Object.entries(steps) : list.map((step) => [step.name, step]);
}

/** A duration that cannot be read is named by `validate`, not thrown by the constructor. */
function milliseconds(duration: Duration): number {
  try {
    return toMilliseconds(duration);
  } catch {
    return Number.NaN;
  }
}

function structureOf<Data extends object>(
  definition: WorkflowDefinition<Data>,
  memberOf: ReadonlyMap<string, string>,
): WorkflowStructure {
  return {
    name: definition.name,
    version: definition.version,
    description: definition.description,
    steps: [...definition.steps].map(([key, step]) => stepStructure(key, step, memberOf.get(key))),
    edges: definition.edges.map((edge) => ({
      source: edge.getSourceName(),
      target: edge.getTargetName(),
      condition: typeof edge.condition === "function" ? FUNCTION_CONDITION : edge.condition,
    })),
    initialStep: definition.initialStep,
    terminalSteps: [...definition.terminalSteps],
    onNoMatch: definition.onNoMatch,
    ...(definition.deadline === null ? {} : { deadline: milliseconds(definition.deadline) }),
    ...(definition.input.jsonSchema === null ? {} : { inputSchema: definition.input.jsonSchema }),
  };
}
