import { createTestDatabase } from "@drover/db/testing";
import { runLimit } from "../subjects/limit.ts";
import { checkpoint } from "../world/databases.ts";
import type { Part } from "./measure.ts";

const BULLMQ_ALONE = "BullMQ alone";
export const BARE_LOOP = "the same batches alone";

function limit(name: string, script: string): Part {
  return {
    name,
    run: async (ground) => {
      const { servers, sizes } = ground;
      const database = await createTestDatabase(servers.databaseUrl);
      try {
        await checkpoint(servers.databaseUrl);
        const { steps, milliseconds } = await runLimit(
          servers,
          script,
          database.url,
          sizes.seconds / 2,
        );
        ground.figure("limit", name, "steps/s", (steps * 1_000) / milliseconds);
      } finally {
        await database.drop();
      }
    },
  };
}

/** What chains would come to if nothing else were to be done. */
export const CHAIN_LIMITS: readonly Part[] = [
  limit(BARE_LOOP, "bare-loop.ts"),
  limit(BULLMQ_ALONE, "bullmq-alone.ts"),
];
