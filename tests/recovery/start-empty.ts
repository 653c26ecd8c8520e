import type { BreakableServers } from "@drover/local-servers";
import { eventually } from "../support/eventually.ts";

/**
 * Starts a Redis that was killed, without its data. Clients that try to reach it meanwhile may be
 * given its own port for their end of the connection: then it is tried again.
 */
export async function startEmpty({ redis }: BreakableServers): Promise<void> {
  await eventually(
    "Redis is back",
    async () => {
      await redis.startEmpty();
      return true;
    },
    60_000,
  );
}
