import {
  DefinitionConflictError,
  InvariantError,
  pickDefinition,
  structureDifferences,
  type DefinitionId,
  type FoundDefinition,
  type WorkflowStructure,
} from "@drover/engine";
import type { Sql } from "postgres";
import { newId } from "../../new-id.ts";

/**
 * Writes definitions that are not there yet. Many workers do so at once when they start: the
 * order of names keeps them from waiting for each other in a circle.
 */
const INSERT_DEFINITIONS = `
insert into workflow_definitions (id, name, version, description, definition_json)
select x.id, x.name, x.version, x.description, x.structure
from json_to_recordset($1::text::json) as x(
  id uuid, name text, version text, description text, structure json)
order by x.name, x.version
on conflict (name, version) do nothing`;

/** What was there first. */
const FIND_DEFINITIONS = `
select x.n, d.id, d.definition_json
from json_to_recordset($1::text::json) as x(n int, name text, version text)
join workflow_definitions d on d.name = x.name and d.version = x.version order by x.n`;

const FIND_STRUCTURE = `select definition_json from workflow_definitions where id = $1`;

const FIND_VERSIONS = `
select id as "definitionId", definition_json as structure, is_active as "isActive"
from workflow_definitions where name = $1`;

/** @returns the version, or the newest that is active; null where there is none */
export async function findDefinition(
  sql: Sql,
  name: string,
  version: string | null,
): Promise<FoundDefinition | null> {
  const found = await sql.unsafe<FoundDefinition[]>(FIND_VERSIONS, [name], { prepare: true });
  return pickDefinition(found, version);
}

/**
 * @returns the ids of the definitions, in the order given
 * @throws DefinitionConflictError
 */
export async function registerDefinitions(
  sql: Sql,
  structures: readonly WorkflowStructure[],
): Promise<DefinitionId[]> {
  const rows = structures.map((structure, n) => ({
    n,
    id: newId(),
    name: structure.name,
    version: structure.version,
    description: structure.description,
    structure,
  }));
  const document = JSON.stringify(rows);
  await sql.unsafe(INSERT_DEFINITIONS, [document], { prepare: true });
  const found = await sql.unsafe<DefinitionRow[]>(FIND_DEFINITIONS, [document], { prepare: true });
  return structures.map((structure, n) => {
    const { name, version } = structure;
    const row = found[n];
    if (row === undefined) throw new InvariantError(`definition ${name} ${version} was not kept`);
    const differences = structureDifferences(row.definition_json, structure);
    if (differences.length > 0) throw new DefinitionConflictError(name, version, differences);
    return row.id;
  });
}

interface DefinitionRow {
  readonly id: DefinitionId;
  readonly definition_json: WorkflowStructure;
}

export async function findStructure(
  sql: Sql,
  id: DefinitionId,
): Promise<WorkflowStructure | undefined> {
  const rows = await sql.unsafe<{ definition_json: WorkflowStructure }[]>(FIND_STRUCTURE, [id], {
    prepare: true,
  });
  return rows[0]?.definition_json;
}
