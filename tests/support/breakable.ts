import { type BreakableServers, startBreakableServers } from "@drover/local-servers";
import { afterAll, beforeAll } from "vitest";

/**
 * Servers of one test file alone that may be crashed, killed and frozen, from before its tests until
 * after them. Call it before `useDrover`, whose processes are to find them.
 */
export function useBreakableServers(): () => BreakableServers {
  let servers: BreakableServers | undefined;
  beforeAll(async () => {
    servers = await startBreakableServers();
  });
  afterAll(() => servers?.stop());
  return () => {
    if (servers === undefined) throw new Error("the servers run only inside of tests");
    return servers;
  };
}
