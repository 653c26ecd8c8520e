import { demandSchema, SchemaOutdatedError, takesWrites } from "@drover/db";
import { createRoute, z } from "@hono/zod-openapi";
import { newRoutes, type Services } from "./environment.ts";

const tags = ["Operations"];

const healthSchema = z
  .object({
    status: z.enum(["ok", "degraded", "unavailable", "stopping"]),
    postgres: z.enum(["ok", "read-only", "unreachable", "not migrated"]),
    queue: z.enum(["ok", "degraded"]).openapi({
      description: "Degraded: work is started all the same, and found by the workers' sweepers.",
    }),
  })
  .openapi("Health");

const live = createRoute({
  method: "get",
  path: "/health/live",
  tags,
  security: [],
  summary: "Whether the process answers",
  responses: {
    200: {
      description: "It does.",
      content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } },
    },
  },
});

const ready = createRoute({
  method: "get",
  path: "/health/ready",
  tags,
  security: [],
  summary: "Whether requests can be served",
  responses: {
    200: {
      description: "They can; `degraded` while the queue is away or Postgres takes no writes.",
      content: { "application/json": { schema: healthSchema } },
    },
    503: {
      description:
        "Postgres is away or its migrations have not been run, or the process was told to stop.",
      content: { "application/json": { schema: healthSchema } },
    },
  },
});

/** Milliseconds: who asks for our health does not wait for long. */
const PATIENCE = 3_000;

/** What supervisors ask. */
export function healthRoutes({ queries, queue, logger, isStopping }: Services) {
  return newRoutes()
    .openapi(live, (context) => context.json({ status: "ok" as const }, 200))
    .openapi(ready, async (context) => {
      const [postgres, queueIsReady] = await Promise.all([
        inTime(postgresState()),
        inTime(queue.isReady()).catch(() => false),
      ]).catch((error: unknown) => {
        logger.warn({ err: error }, "Postgres does not answer");
        return ["unreachable", false] as const;
      });
      const health = { postgres, queue: queueIsReady ? ("ok" as const) : ("degraded" as const) };
      context.header("Cache-Control", "no-store");
      if (isStopping?.() === true) {
        return context.json({ status: "stopping" as const, ...health }, 503);
      }
      // What is there can be read, and who is sent elsewhere would find the same Postgres.
      if (postgres === "read-only") {
        return context.json({ status: "degraded" as const, ...health }, 200);
      }
      if (postgres !== "ok")
        return context.json({ status: "unavailable" as const, ...health }, 503);
      return context.json({ status: health.queue, ...health }, 200);
    });

  async function postgresState(): Promise<"ok" | "read-only" | "not migrated"> {
    try {
      const [writes] = await Promise.all([takesWrites(queries), demandSchema(queries)]);
      return writes ? "ok" : "read-only";
    } catch (error) {
      if (error instanceof SchemaOutdatedError) return "not migrated";
      throw error;
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE} ms`)), PATIENCE);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
