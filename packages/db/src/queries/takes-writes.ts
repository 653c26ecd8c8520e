import { sql } from "drizzle-orm";
import type { Queries } from "../client.ts";

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
