import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { MIGRATION_LOCK } from "./advisory-locks.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

/**
 * No limit of time for a statement or its answer: to build an index takes as long as the table is
 * large, and who waits for the lock waits for just that. But a transaction whose client has died may
 * not keep its locks.
 */
const LIMITS = { idle_in_transaction_session_timeout: 60_000 } as const;

/** While a change waits for a table, everybody behind it waits too: better to give up and say so. */
const NO_LONG_QUEUE = "set lock_timeout = '15s'";

/**
 * Brings the database up to date. Any number of processes may do so at once: Drizzle takes no
 * lock of its own, so one is taken around it, on the one connection that is used.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "drover-migrate", ...LIMITS },
  });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK[0]}::int, ${MIGRATION_LOCK[1]}::int)`;
    await sql.unsafe(NO_LONG_QUEUE);
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
  } finally {
    // Ending the connection gives the lock back.
    await sql.end({ timeout: 5 });
  }
}
