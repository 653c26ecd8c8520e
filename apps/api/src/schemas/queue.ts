import { LIVE_STEP_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { moment } from "./json.ts";

const count = z.int();

export const queuesSchema = z
  .object({
    queues: z.array(
      z.object({
        name: z.string(),
        counts: z.record(z.string(), count).nullable().openapi({
          description: "Jobs by state, as the queue tells; null while it does not answer.",
        }),
      }),
    ),
    steps: z.record(z.enum(LIVE_STEP_STATUSES), count).openapi({
      description: "Live step executions by status, as Postgres tells.",
    }),
    workers: z.array(
      z.object({
        id: z.uuid(),
        host: z.string(),
        pid: z.int(),
        concurrency: z.int(),
        draining: z.boolean(),
        started_at: moment,
        last_heartbeat_at: moment,
      }),
    ),
  })
  .openapi("Queues");
