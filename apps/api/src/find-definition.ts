import { type DefinitionVersion, type Queries, setDefinitionActive } from "@drover/db";
import type { DefinitionCatalog } from "@drover/distributed";
import { DefinitionNotFoundError } from "./errors.ts";

/**
 * The given version; without one the latest active, or the latest where none is.
 * @throws DefinitionNotFoundError
 */
export async function findDefinition(
  catalog: DefinitionCatalog,
  name: string,
  version?: string,
): Promise<DefinitionVersion> {
  const found = await catalog.find(name, version);
  if (found !== null) return found;
  const versions = await catalog.versions(name);
  if (versions.length === 0) throw new DefinitionNotFoundError(name);
  throw new DefinitionNotFoundError(
    name,
    version,
    versions.map((known) => known.version),
  );
}

/**
 * Lets a version be started, or no longer.
 * @throws DefinitionNotFoundError
 */
export async function setActive(
  { catalog, queries }: { readonly catalog: DefinitionCatalog; readonly queries: Queries },
  name: string,
  version: string,
  isActive: boolean,
): Promise<DefinitionVersion> {
  const found = await findDefinition(catalog, name, version);
  await setDefinitionActive(queries, found.id, isActive);
  catalog.forget(name);
  return { ...found, isActive };
}
