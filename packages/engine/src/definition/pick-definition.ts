import { latestVersion } from "./registry.ts";
import type { WorkflowStructure } from "./structure.ts";

/** A definition as a store knows it. */
interface Candidate {
  readonly structure: WorkflowStructure;
  readonly isActive: boolean;
}

/**
 * The definition that a start means among those of one name.
 * @param version null for the newest that is active; where none is, the newest (to say so)
 */
export function pickDefinition<T extends Candidate>(
  candidates: readonly T[],
  version: string | null,
): T | null {
  const active = candidates.filter((candidate) => candidate.isActive);
  const eligible = active.length > 0 ? active : candidates;
  const wanted = version ?? latestVersion(eligible.map((candidate) => candidate.structure.version));
  return candidates.find((candidate) => candidate.structure.version === wanted) ?? null;
}
