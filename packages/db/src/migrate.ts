import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

/** Two numbers that no other program on this database is likely to lock. */
const LOCK = [0x64726f76, 1] as const;

/**
 * Brings the database up to date. Any number of processes may do so at once: Drizzle takes no
 * lock of its own, so one is taken around it, on the one connection that is used.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${LOCK[0]}::int, ${LOCK[1]}::int)`;
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
  } finally {
    // Ending the connection gives the lock back.
    await sql.end({ timeout: 5 });
  }
}
