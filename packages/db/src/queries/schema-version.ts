/**
 * Which migrations the database has seen, and which of them this program needs.
 *
 * A program works on a schema that is newer than its own: migrations expand it, and take away only
 * what the release before had stopped to use (`_contract_` in their name). It does not work on an
 * older one.
 */
import { WorkflowsError } from "@drover/engine";
import { sql } from "drizzle-orm";
import journal from "../../migrations/meta/_journal.json" with { type: "json" };
import type { Queries } from "../client.ts";

interface Migration {
  readonly tag: string;
  /** Drizzle's mark of its place in the order. Milliseconds. */
  readonly when: number;
}

const MIGRATIONS: readonly Migration[] = journal.entries;

/** What a migration that takes something away has in its name: no program needs that to have happened. */
export const CONTRACT = "_contract_";

const NEEDED = MIGRATIONS.findLast(({ tag }) => !tag.includes(CONTRACT));

/** The database is behind this program: its migrations have not been run. */
export class SchemaOutdatedError extends WorkflowsError {
  /** @param found the last migration that the database has seen; null for none */
  constructor(needed: string, found: string | null) {
    const has = found === null ? "has no tables yet" : `is at migration ${found}`;
    const todo = "run the migrations first (packages/db/src/migrate-main.ts)";
    super("SCHEMA_OUTDATED", `The database ${has}, this program needs ${needed}: ${todo}`);
  }
}

/**
 * @throws SchemaOutdatedError when the database is older than what this program needs
 * @throws when Postgres does not answer
 */
export async function demandSchema(queries: Queries): Promise<void> {
  if (NEEDED === undefined) return;
  const last = await lastMigration(queries);
  if (last !== null && last >= NEEDED.when) return;
  const found = MIGRATIONS.findLast(({ when }) => last !== null && when <= last);
  throw new SchemaOutdatedError(NEEDED.tag, found?.tag ?? null);
}

/** @returns the mark of the last migration that was run; null where none was */
async function lastMigration(queries: Queries): Promise<number | null> {
  const [table] = await queries.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  if (table?.there !== true) return null;
  const [row] = await queries.execute<{ last: string | null }>(
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  );
  return row === undefined || row.last === null ? null : Number(row.last);
}
