import { openDataDirectory } from "../servers/data-directory.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../servers/embedded-postgres.ts";

/**
 * A Postgres of a test's own, to be frozen, filled up or stopped; always the embedded one, whose
 * processes and files are within reach.
 *
 * @param directory an existing folder that every user can reach
 * @param port a free one unless given
 */
export async function startTestPostgres(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
  port?: number,
): Promise<EmbeddedPostgres> {
  const { path: copies } = await openDataDirectory(".data");
  const where = port === undefined ? {} : { port };
  return startEmbeddedPostgres({ directory, copies, settings, ...where });
}
