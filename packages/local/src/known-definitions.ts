import {
  InvariantError,
  WorkflowRegistry,
  WorkflowValidationError,
  type DefinitionId,
  type WorkflowDefinition,
  type WorkflowStore,
  type WorkflowStructure,
} from "@drover/engine";
import { schemaProblems } from "@drover/forms";

/** The definitions that an engine runs: those of a registry, as soon as somebody asks. */
export class KnownDefinitions {
  readonly #registry: WorkflowRegistry;
  readonly #store: Pick<WorkflowStore, "registerDefinitions">;
  readonly #ids = new Map<WorkflowDefinition, DefinitionId>();
  readonly #byId = new Map<DefinitionId, WorkflowDefinition>();

  constructor(registry: WorkflowRegistry, store: Pick<WorkflowStore, "registerDefinitions">) {
    this.#registry = registry;
    this.#store = store;
  }

  get ids(): DefinitionId[] {
    return [...this.#byId.keys()];
  }

  get(id: DefinitionId): WorkflowDefinition {
    const definition = this.#byId.get(id);
    if (definition === undefined) throw new InvariantError(`definition ${id} was never registered`);
    return definition;
  }

  /**
   * A definition to start: this version, or the newest.
   * @throws WorkflowNotFoundError, WorkflowValidationError, DefinitionConflictError
   */
  async find(
    name: string,
    version: string | undefined,
  ): Promise<{ readonly id: DefinitionId; readonly definition: WorkflowDefinition }> {
    await this.learn();
    const definition = this.#registry.getDefinition(name, version);
    const id = this.#ids.get(definition);
    if (id === undefined) throw new InvariantError(`definition '${name}' was not learned`);
    return { id, definition };
  }

  /** Takes in what was registered since the last time. */
  async learn(): Promise<void> {
    const fresh = this.#registry
      .listDefinitions({ activeOnly: false })
      .filter((definition) => !this.#ids.has(definition));
    if (fresh.length === 0) return;
    for (const { structure } of fresh) demandUsableSchemas(structure);
    const ids = await this.#store.registerDefinitions(fresh.map(({ structure }) => structure));
    for (const [index, definition] of fresh.entries()) {
      const id = ids[index];
      if (id === undefined) continue;
      this.#ids.set(definition, id);
      this.#byId.set(id, definition);
    }
  }
}

/**
 * A registry of definitions that are right.
 * @throws WorkflowValidationError
 */
export function registryOf<Data extends object>(
  definitions: Iterable<WorkflowDefinition<Data>>,
): WorkflowRegistry {
  const registry = new WorkflowRegistry();
  for (const definition of definitions) {
    registry.register(definition);
    demandUsableSchemas(definition.structure);
  }
  return registry;
}

function demandUsableSchemas(structure: WorkflowStructure): void {
  const problems = schemaProblems(structure);
  if (problems.length > 0) throw new WorkflowValidationError(problems);
}
