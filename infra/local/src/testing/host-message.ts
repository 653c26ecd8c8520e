import { z } from "zod";

/** What the process that holds the test servers tells whoever asked for them, once. */
export const hostMessage = z.union([
  z.object({ databaseUrl: z.string(), redisUrl: z.string(), described: z.string() }),
  z.object({ failed: z.string() }),
]);

export type HostMessage = z.infer<typeof hostMessage>;
