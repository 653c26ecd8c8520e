import { readFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { eventually } from "../support/eventually.ts";

const FOLDER = path.join(import.meta.dirname, "fixtures/migrations");

/** A lock that does not come soon keeps all who come after it waiting: better to ask again. */
const LOCK_TIMEOUT = "set lock_timeout = '500ms'";

/** Drizzle's mark of a migration that no program of today knows. */
const MARK = `insert into drizzle.__drizzle_migrations (hash, created_at)
  select 'later', coalesce(max(created_at), 0) + 1 from drizzle.__drizzle_migrations`;

/**
 * Runs a migration of the fixtures as it is run while others work: statement by statement, and each
 * again where it does not get its lock at once.
 */
export async function migrateUnderLoad(databaseUrl: string, name: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(LOCK_TIMEOUT);
    for (const statement of statementsOf(name)) {
      await eventually(`${statement.slice(0, 60)} has its lock`, async () => {
        await sql.unsafe(statement);
        return true;
      });
    }
    await sql.unsafe(MARK);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function statementsOf(name: string): string[] {
  return readFileSync(path.join(FOLDER, name), "utf8")
    .replaceAll(/^--.*$/gm, "")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
