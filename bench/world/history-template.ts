import { createTestDatabase, seedHistory } from "@drover/db/testing";
import type { Sizes } from "../sizes.ts";

/** Seeds a database to be copied from. @returns its name; it goes with the server that it is on */
export async function seededTemplate(
  serverUrl: string,
  history: Sizes["history"],
): Promise<string> {
  const { url } = await createTestDatabase(serverUrl);
  await seedHistory(url, history);
  return new URL(url).pathname.slice(1);
}
