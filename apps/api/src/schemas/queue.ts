import { LIVE_STEP_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { moment } from "./json.ts";

const count = z.int();

export const queuesSchema = z
  .object({
    queues: z.array(
      z.object({
        name: z.string(),
        counts: z
          .record(z.string(), count)
          .nullable()
          .openapi({
            description:
              "Jobs by state, as the queue tells; null while it does not answer. A job carries up to 8 " +
              "steps that became ready in the same moment, and is active until they are claimed: how " +
              "many steps wait and run is told by `steps`.",
          }),
      }),
    ),
    steps: z.record(z.enum(LIVE_STEP_STATUSES), count).openapi({
      description: "Live step executions by status, as Postgres tells.",
    }),
    unattended_definitions: z
      .array(
        z.object({
          definition_name: z.string(),
          definition_version: z.string(),
          scheduled_steps: count,
          instances: count,
          since: moment.openapi({ description: "When the first of the steps became ready." }),
        }),
      )
      .openapi({
        description: "Work that is ready and that no live worker has the code for.",
      }),
    workers: z.array(
      z.object({
        id: z.uuid(),
        host: z.string(),
        pid: z.int(),
        concurrency: z.int(),
        draining: z.boolean(),
        definitions: count.nullable().openapi({
          description: "How many versions of workflows it has the code for; null: it does not say.",
        }),
        started_at: moment,
        last_heartbeat_at: moment,
      }),
    ),
  })
  .openapi("Queues");
