import { createRoute, z } from "@hono/zod-openapi";
import { InvariantError } from "@drover/engine";
import { demandEverything } from "../access/scope.ts";
import { DefinitionNotFoundError } from "../errors.ts";
import { findDefinition, setActive } from "../find-definition.ts";
import { definitionDto, versionDto } from "../representations/definition.ts";
import { graphDto } from "../representations/graph.ts";
import { definitionSchema, graphSchema, versionSchema } from "../schemas/definition.ts";
import { problems } from "../schemas/problem.ts";
import { flag, LONGEST_NAME, LONGEST_VERSION, noQuery, text } from "../schemas/request-values.ts";
import { newRoutes, type Services } from "./environment.ts";

const tags = ["Workflow Definitions"];
const params = z.object({ name: text(LONGEST_NAME) });
const version = text(LONGEST_VERSION).optional().openapi({
  description: "The latest active version unless given.",
});
export const graphFormat = text(LONGEST_NAME)
  .default("mermaid")
  .openapi({ enum: ["mermaid", "json"], default: "mermaid" });

const list = createRoute({
  method: "get",
  path: "/definitions",
  tags,
  summary: "List workflow definitions",
  request: {
    query: z.strictObject({
      active_only: flag(true).openapi({
        description: "True: the latest active version of each; false: all versions.",
      }),
    }),
  },
  responses: {
    200: {
      description: "Definitions, in the order of names.",
      content: { "application/json": { schema: z.array(definitionSchema) } },
    },
    ...problems(400),
  },
});

const read = createRoute({
  method: "get",
  path: "/definitions/{name}",
  tags,
  summary: "Read a workflow definition",
  request: { params, query: z.strictObject({ version }) },
  responses: {
    200: {
      description: "The definition.",
      content: { "application/json": { schema: definitionSchema } },
    },
    ...problems(400, 404),
  },
});

const versions = createRoute({
  method: "get",
  path: "/definitions/{name}/versions",
  tags,
  summary: "List the versions of a workflow definition",
  request: { params, query: noQuery },
  responses: {
    200: {
      description: "Versions, the newest first.",
      content: { "application/json": { schema: z.array(versionSchema) } },
    },
    ...problems(400, 404),
  },
});

const graph = createRoute({
  method: "get",
  path: "/definitions/{name}/graph",
  tags,
  summary: "Draw a workflow definition",
  request: { params, query: z.strictObject({ graph_format: graphFormat, version }) },
  responses: {
    200: {
      description: "The graph.",
      content: { "application/json": { schema: graphSchema } },
    },
    ...problems(400, 404),
  },
});

const activation = {
  method: "post",
  tags,
  request: { params: params.extend({ version: text(LONGEST_VERSION) }), query: noQuery },
  responses: {
    200: {
      description: "The definition.",
      content: { "application/json": { schema: definitionSchema } },
    },
    ...problems(400, 403, 404),
  },
} as const;

const activate = createRoute({
  ...activation,
  path: "/definitions/{name}/versions/{version}/activate",
  summary: "Let a version be started",
});

const deactivate = createRoute({
  ...activation,
  path: "/definitions/{name}/versions/{version}/deactivate",
  summary: "Let a version no longer be started; running instances go on",
});

/** Workflow definitions as the workers have registered them. */
export function definitionRoutes(services: Services) {
  const { catalog } = services;
  return newRoutes()
    .openapi(list, async (context) => {
      const found = await catalog.list(context.req.valid("query").active_only);
      const structures = await catalog.structures(found.map(({ id }) => id));
      const definitions = found.map(({ id, isActive }) => {
        const structure = structures.get(id);
        if (structure === undefined) throw new InvariantError(`definition ${id} has gone`);
        return definitionDto(structure, isActive);
      });
      return context.json(definitions, 200);
    })
    .openapi(read, async (context) => {
      const query = context.req.valid("query");
      const { id, isActive } = await findDefinition(
        catalog,
        context.req.valid("param").name,
        query.version,
      );
      return context.json(definitionDto(await catalog.structure(id), isActive), 200);
    })
    .openapi(versions, async (context) => {
      const { name } = context.req.valid("param");
      const found = await catalog.versions(name);
      if (found.length === 0) throw new DefinitionNotFoundError(name);
      return context.json(found.map(versionDto), 200);
    })
    .openapi(activate, async (context) => {
      demandEverything(context.var.scope);
      const { name, version: which } = context.req.valid("param");
      const { id, isActive } = await setActive(services, name, which, true);
      return context.json(definitionDto(await catalog.structure(id), isActive), 200);
    })
    .openapi(deactivate, async (context) => {
      demandEverything(context.var.scope);
      const { name, version: which } = context.req.valid("param");
      const { id, isActive } = await setActive(services, name, which, false);
      return context.json(definitionDto(await catalog.structure(id), isActive), 200);
    })
    .openapi(graph, async (context) => {
      const query = context.req.valid("query");
      const { id } = await findDefinition(catalog, context.req.valid("param").name, query.version);
      return context.json(graphDto(await catalog.structure(id), query.graph_format), 200);
    });
}
