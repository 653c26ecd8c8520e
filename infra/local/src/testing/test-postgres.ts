import { openDataDirectory } from "../servers/data-directory.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../servers/embedded-postgres.ts";

/**
 * A Postgres of a test's own, to be frozen, filled up or stopped; always the embedded one, whose
 * processes and files are within reach.
 *
 * @param directory an existing folder that every user can reach
 */
export async function startTestPostgres(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const { path: copies } = await openDataDirectory(".data");
  return startEmbeddedPostgres({ directory, copies, settings });
}
