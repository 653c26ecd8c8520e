import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { withoutPassword } from "../secrets.ts";
import { reasonOf, StartError } from "../start-error.ts";

const oldestServer = 15;

/**
 * Makes sure that a Postgres server of a version we can use answers there.
 *
 * @param url from `DATABASE_URL`
 * @param withinMs how long the server may take
 * @throws StartError `database_unreachable`, one line without the password.
 */
export async function assertDatabaseReachable(url: string, withinMs = 5000): Promise<void> {
  let version: number;
  try {
    version = await serverVersion(url, withinMs);
  } catch (error) {
    throw new StartError(
      "database_unreachable",
      `Cannot reach Postgres at ${withoutPassword(url)} (DATABASE_URL): ${reasonOf(error)}`,
      { cause: error },
    );
  }
  if (version < oldestServer)
    throw new StartError(
      "database_unreachable",
      `Postgres at ${withoutPassword(url)} (DATABASE_URL) is version ${version}: ${oldestServer} or newer is needed`,
    );
}

/** Whether a server answers there within the time; it is asked again and again, as it may be recovering. */
export async function canConnect(url: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    try {
      await serverVersion(url, deadline - Date.now());
      return true;
    } catch {
      // The answer is the return value; the reason of a single try says nothing about the next.
      await delay(100);
    }
  }
  return false;
}

async function serverVersion(url: string, withinMs: number): Promise<number> {
  const sql = postgres(url, {
    max: 1,
    // The driver counts in seconds, and stops counting once bytes flow: hence the second clock below.
    connect_timeout: Math.max(1, Math.ceil(withinMs / 1000)),
    connection: { statement_timeout: Math.ceil(withinMs) },
    onnotice: () => {},
  });
  const clock = new AbortController();
  try {
    const asked = sql<{ version: number }[]>`
      select current_setting('server_version_num')::int / 10000 as version`;
    const tooLate = delay(withinMs, undefined, { signal: clock.signal }).then(() => {
      throw new Error(`no answer within ${Math.ceil(withinMs / 1000)} s`);
    });
    const [row] = await Promise.race([asked, tooLate]);
    return row?.version ?? 0;
  } finally {
    clock.abort();
    await sql.end({ timeout: 0 });
  }
}
