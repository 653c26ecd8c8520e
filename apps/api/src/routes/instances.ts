import { findInstanceDetail, listExecutions, listInstances, listStepStates } from "@drover/db";
import { createRoute, z } from "@hono/zod-openapi";
import { withinScope } from "../access/scope.ts";
import { instanceGraphDto } from "../representations/graph.ts";
import { instanceDetailDto, instanceDto } from "../representations/instance.ts";
import { stepHistory } from "../representations/step-history.ts";
import { graphSchema } from "../schemas/definition.ts";
import {
  historyPageSchema,
  historyQuerySchema,
  instanceDetailSchema,
  instanceFilterSchema,
  instancePageSchema,
  MOST_IN_DETAIL,
} from "../schemas/instance.ts";
import { problems } from "../schemas/problem.ts";
import { noQuery, pathId } from "../schemas/request-values.ts";
import { graphFormat } from "./definitions.ts";
import { newRoutes, type Services } from "./environment.ts";
import { existingInstance, found, instanceId } from "./existing-instance.ts";

const tags = ["Workflow Instances"];
const params = z.object({ id: pathId });

const list = createRoute({
  method: "get",
  path: "/instances",
  tags,
  summary: "List workflow instances, the newest first",
  request: { query: instanceFilterSchema },
  responses: {
    200: {
      description: "A page of instances.",
      content: { "application/json": { schema: instancePageSchema } },
    },
    ...problems(400, 403),
  },
});

const read = createRoute({
  method: "get",
  path: "/instances/{id}",
  tags,
  summary: "Read a workflow instance with its context and history",
  request: { params, query: noQuery },
  responses: {
    200: {
      description: "The instance.",
      content: { "application/json": { schema: instanceDetailSchema } },
    },
    ...problems(400, 404),
  },
});

const history = createRoute({
  method: "get",
  path: "/instances/{id}/history",
  tags,
  summary: "Page through the step executions of a workflow instance",
  request: { params, query: historyQuerySchema },
  responses: {
    200: {
      description: "What has ended, in the order in which it ended; then what is live.",
      content: { "application/json": { schema: historyPageSchema } },
    },
    ...problems(400, 404),
  },
});

const graph = createRoute({
  method: "get",
  path: "/instances/{id}/graph",
  tags,
  summary: "Draw a workflow instance: what it did and where it stands",
  request: { params, query: z.strictObject({ graph_format: graphFormat }) },
  responses: {
    200: {
      description: "The graph of the definition that the instance was started on.",
      content: { "application/json": { schema: graphSchema } },
    },
    ...problems(400, 404),
  },
});

/** Workflow instances, to look at. */
export function instanceRoutes({ queries, catalog }: Services) {
  return newRoutes()
    .openapi(list, async (context) => {
      const query = withinScope(context.var.scope, context.req.valid("query"));
      const { limit, offset } = query;
      const filter = {
        workflowName: query.workflow_name,
        status: query.status,
        createdBy: query.created_by,
        tenantId: query.tenant_id,
        correlationId: query.correlation_id,
      };
      const { items, total } = await listInstances(queries, filter, { limit, offset });
      const hasMore = offset + items.length < total;
      const page = { items: items.map(instanceDto), total, limit, offset, has_more: hasMore };
      return context.json(page, 200);
    })
    .openapi(read, async (context) => {
      const id = instanceId(context.req.valid("param").id);
      const instance = found(
        await findInstanceDetail(queries, id, MOST_IN_DETAIL),
        id,
        context.var.scope,
      );
      return context.json(instanceDetailDto(instance), 200);
    })
    .openapi(history, async (context) => {
      const { id } = await existingInstance(
        queries,
        context.req.valid("param").id,
        context.var.scope,
      );
      const { limit, offset } = context.req.valid("query");
      const { items, total, writersBefore } = await listExecutions(queries, id, { limit, offset });
      const hasMore = offset + items.length < total;
      const executions = stepHistory(items, writersBefore);
      return context.json({ items: executions, total, limit, offset, has_more: hasMore }, 200);
    })
    .openapi(graph, async (context) => {
      const instance = await existingInstance(
        queries,
        context.req.valid("param").id,
        context.var.scope,
      );
      const states = await listStepStates(queries, instance.id);
      const structure = await catalog.structure(instance.definitionId);
      const format = context.req.valid("query").graph_format;
      return context.json(instanceGraphDto(structure, states, format), 200);
    });
}
