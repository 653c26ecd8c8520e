import { schemaProblems } from "@drover/forms";
import {
  InvariantError,
  WorkflowRegistry,
  WorkflowValidationError,
  type DefinitionId,
  type WorkflowDefinition,
  type WorkflowStore,
} from "@drover/engine";
import type { Logger } from "pino";

/** The definitions whose code this worker has, by the ids that Postgres knows them under. */
export class KnownDefinitions {
  readonly #byId: ReadonlyMap<DefinitionId, WorkflowDefinition>;

  constructor(byId: ReadonlyMap<DefinitionId, WorkflowDefinition>) {
    this.#byId = byId;
  }

  get ids(): DefinitionId[] {
    return [...this.#byId.keys()];
  }

  get(id: DefinitionId): WorkflowDefinition {
    const definition = this.#byId.get(id);
    if (definition === undefined) throw new InvariantError(`definition ${id} was never registered`);
    return definition;
  }
}

/**
 * Checks the definitions and writes their structure to the store, where the API reads it.
 * @throws WorkflowValidationError, DefinitionConflictError
 */
export async function registerDefinitions(
  store: WorkflowStore,
  definitions: readonly WorkflowDefinition[],
  logger: Logger,
): Promise<KnownDefinitions> {
  const registry = new WorkflowRegistry();
  for (const definition of definitions) {
    registry.register(definition);
    const problems = schemaProblems(definition.structure);
    if (problems.length > 0) throw new WorkflowValidationError(problems);
    for (const warning of definition.warnings()) {
      logger.warn({ workflow: definition.name, version: definition.version }, warning);
    }
  }
  const known = registry.listDefinitions({ activeOnly: false });
  const ids = await store.registerDefinitions(known.map((definition) => definition.structure));
  const byId = new Map<DefinitionId, WorkflowDefinition>();
  for (const [index, id] of ids.entries()) {
    const definition = known[index];
    if (definition !== undefined) byId.set(id, definition);
  }
  return new KnownDefinitions(byId);
}
