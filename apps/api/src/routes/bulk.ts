import { actOnMany, type BulkOrder, findTargets } from "@drover/distributed";
import { createRoute, type z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { type Scope, withinScope } from "../access/scope.ts";
import { bulkResultDto } from "../representations/bulk.ts";
import { bulkProgressSchema, bulkResultSchema, bulkSchema } from "../schemas/bulk.ts";
import { BODY_PROBLEMS, problems } from "../schemas/problem.ts";
import { noQuery } from "../schemas/request-values.ts";
import { DEFAULT_REASON } from "../schemas/steering.ts";
import { newRoutes, type Services } from "./environment.ts";

const LINES = "application/x-ndjson";

const bulk = createRoute({
  method: "post",
  path: "/instances/bulk",
  tags: ["Workflow Instances"],
  summary: "Cancel, retry, pause, resume or delete many workflow instances",
  description:
    "Acts on the instances that match every field of the filter and for which the action makes " +
    "sense, the oldest first: cancel on those that are not over, retry on failed ones, pause on " +
    "running and waiting ones, resume on paused ones, delete on those that are over. What is " +
    "deleted is gone with all of its history; a child of an instance that is not over stays. One " +
    "that cannot be acted on is counted as failed and keeps none of the others back. " +
    `With \`Accept: ${LINES}\` a line for every 50 ` +
    "instances tells the progress, and the last line is the result.",
  request: {
    query: noQuery,
    body: { required: true, content: { "application/json": { schema: bulkSchema } } },
  },
  responses: {
    200: {
      description: "What was done.",
      content: {
        "application/json": { schema: bulkResultSchema },
        [LINES]: { schema: bulkProgressSchema.or(bulkResultSchema) },
      },
    },
    ...problems(...BODY_PROBLEMS, 403),
  },
});

/** Acting on many instances at once. */
export function bulkRoutes(services: Services) {
  return newRoutes().openapi(bulk, async (context) => {
    const order = orderOf(context.req.valid("json"), context.var.scope);
    const targets = await findTargets(services.queries, order);
    if (context.req.header("accept")?.includes(LINES) !== true) {
      const result = await actOnMany(services, order, targets);
      return context.json(bulkResultDto(order, result), 200);
    }
    context.header("Content-Type", LINES);
    const progress: unknown = stream(context, async (lines) => {
      // In their order; whoever reads slowly does not hold up what is done.
      let told = Promise.resolve<unknown>(undefined);
      const tell = (value: object) => {
        told = told.then(() => lines.write(`${JSON.stringify(value)}\n`));
      };
      const acting = actOnMany(services, order, targets, tell);
      // It goes on to its end, also when nobody listens any more.
      context.var.keepPlaceFor(acting);
      const result = await acting;
      tell(bulkResultDto(order, result));
      await told;
    });
    // The route's types know answers of one JSON value alone; this has one on each line.
    return progress as never;
  });
}

function orderOf(body: z.output<typeof bulkSchema>, scope: Scope): BulkOrder {
  const { action, limit } = body;
  const filter = withinScope(scope, body.filter);
  return {
    action,
    filter: {
      workflowName: filter.workflow_name,
      workflowVersion: filter.version,
      status: filter.status,
      createdBy: filter.created_by,
      tenantId: filter.tenant_id,
      correlationId: filter.correlation_id,
      startedBefore: filter.started_before,
      startedAfter: filter.started_after,
    },
    dryRun: body.dry_run,
    limit,
    reason: body.reason ?? DEFAULT_REASON,
    fromStep: body.from_step ?? null,
  };
}
