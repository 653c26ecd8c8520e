import { getTableName, sql } from "drizzle-orm";
import type { Queries } from "../client.ts";
import * as schema from "../schema/index.ts";

/**
 * Whether Postgres takes writes: a standby does not, nor one that was told not to.
 * @throws when Postgres does not answer
 */
export async function takesWrites(queries: Queries): Promise<boolean> {
  const [row] = await queries.execute<{ read_only: string }>(
    sql`select current_setting('transaction_read_only') as read_only`,
  );
  return row?.read_only === "off";
}

/**
 * Asks Postgres for the tables that this program works on.
 * @returns names of tables that are missing: the migrations have not been run
 * @throws when Postgres does not answer
 */
export async function missingTables(queries: Queries): Promise<string[]> {
  const names = Object.values(schema).map((table) => getTableName(table));
  const found = await queries.execute<{ missing: string }>(
    sql`select name as missing
        from jsonb_array_elements_text(${JSON.stringify(names)}::text::jsonb) as name
        where to_regclass(quote_ident(name)) is null`,
  );
  return found.map((row) => row.missing);
}
