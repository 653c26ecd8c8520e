import { countLiveSteps, listUnattendedDefinitions, listWorkers } from "@drover/db";
import { createRoute } from "@hono/zod-openapi";
import { demandEverything } from "../access/scope.ts";
import { problems } from "../schemas/problem.ts";
import { queuesSchema } from "../schemas/queue.ts";
import { noQuery } from "../schemas/request-values.ts";
import { newRoutes, type Services } from "./environment.ts";

const read = createRoute({
  method: "get",
  path: "/queues",
  tags: ["Operations"],
  summary: "Work that waits, and who is there to do it",
  request: { query: noQuery },
  responses: {
    200: {
      description: "Queues, live steps and workers.",
      content: { "application/json": { schema: queuesSchema } },
    },
    ...problems(400, 403),
  },
});

/** What people who run Drover look at. */
export function queueRoutes({ queries, queue, logger }: Services) {
  return newRoutes().openapi(read, async (context) => {
    demandEverything(context.var.scope);
    const [steps, workers, unattended, counts] = await Promise.all([
      countLiveSteps(queries),
      listWorkers(queries),
      listUnattendedDefinitions(queries),
      queue.counts().catch((error: unknown) => {
        logger.warn({ err: error }, "the queue does not tell its counts");
        return null;
      }),
    ]);
    return context.json(
      {
        queues: [{ name: queue.name, counts }],
        steps: { ...steps },
        unattended_definitions: unattended.map((definition) => ({
          definition_name: definition.name,
          definition_version: definition.version,
          scheduled_steps: definition.steps,
          instances: definition.instances,
          since: definition.since.toISOString(),
        })),
        workers: workers.map((worker) => ({
          id: worker.id,
          host: worker.host,
          pid: worker.pid,
          concurrency: worker.concurrency,
          draining: worker.draining,
          definitions: worker.definitionIds?.length ?? null,
          started_at: worker.startedAt.toISOString(),
          last_heartbeat_at: worker.heartbeatAt.toISOString(),
        })),
      },
      200,
    );
  });
}
