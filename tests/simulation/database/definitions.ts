import {
  asId,
  DefinitionConflictError,
  structureDifferences,
  type DefinitionId,
  type NewId,
  type WorkflowStructure,
} from "@drover/engine";
import type { MemoryRows } from "@drover/engine/memory";

/**
 * Writes a definition, or finds it by its name and version.
 * @throws DefinitionConflictError where it is known with another structure
 */
export function registerDefinition(
  rows: MemoryRows,
  structure: WorkflowStructure,
  newId: NewId,
): DefinitionId {
  const { name, version } = structure;
  for (const [id, known] of rows.definitions) {
    if (known.name !== name || known.version !== version) continue;
    const differences = structureDifferences(known, structure);
    if (differences.length > 0) throw new DefinitionConflictError(name, version, differences);
    return id;
  }
  const id = asId<DefinitionId>(newId());
  rows.definitions.set(id, structure);
  return id;
}
