import { startInstances } from "@drover/distributed";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { withinScope } from "../access/scope.ts";
import { RequestInvalidError } from "../errors.ts";
import { instanceDto } from "../representations/instance.ts";
import { instanceSchema } from "../schemas/instance.ts";
import { BODY_PROBLEMS, problems } from "../schemas/problem.ts";
import {
  IDEMPOTENCY_KEY,
  idempotencyKeyParameter,
  NO_IDEMPOTENCY_KEY,
  startBatchSchema,
  startedBatchSchema,
  startSchema,
} from "../schemas/start.ts";
import { startOrder } from "../starting/start-order.ts";
import { noQuery } from "../schemas/request-values.ts";
import { newRoutes, type Services } from "./environment.ts";

const tags = ["Workflow Instances"];

const startOne = createRoute({
  method: "post",
  path: "/instances",
  tags,
  summary: "Start a workflow",
  parameters: [idempotencyKeyParameter],
  request: {
    query: noQuery,
    body: { required: true, content: { "application/json": { schema: startSchema } } },
  },
  responses: {
    201: {
      description: "The instance, started now or when the idempotency key was used first.",
      headers: z.object({
        Location: z.string(),
        "Idempotency-Replayed": z.string().optional().openapi({
          description: "`true` where the key had been used before.",
        }),
      }),
      content: { "application/json": { schema: instanceSchema } },
    },
    ...problems(...BODY_PROBLEMS, 403, 404, 409, 422),
  },
});

const startMany = createRoute({
  method: "post",
  path: "/instances/batch",
  tags,
  summary: "Start up to 1,000 workflows, all or none",
  request: {
    query: noQuery,
    body: { required: true, content: { "application/json": { schema: startBatchSchema } } },
  },
  responses: {
    201: {
      description: "The instances, in the order of the request.",
      content: { "application/json": { schema: startedBatchSchema } },
    },
    ...problems(...BODY_PROBLEMS, 403, 404, 409, 422),
  },
});

/** Starting instances, one or many. */
export function startRoutes(services: Services) {
  return newRoutes()
    .openapi(startOne, async (context) => {
      const body = withinScope(context.var.scope, context.req.valid("json"));
      const order = startOrder(body, idempotencyKeyOf(context));
      const [started] = await startInstances(services, [order]);
      if (started === undefined) throw new Error("an order went without an answer");
      const { instance, created } = started;
      context.header("Location", `${services.apiPrefix}/instances/${instance.id}`);
      if (!created) context.header("Idempotency-Replayed", "true");
      return context.json(instanceDto(instance), 201);
    })
    .openapi(startMany, async (context) => {
      const { instances } = context.req.valid("json");
      const { method, path } = context.req;
      // Leaving it unheeded would be worse than saying that it has no meaning here.
      if (context.req.header("idempotency-key") !== undefined) {
        const message = "A batch has no key; give each item an `idempotency_key`";
        throw new RequestInvalidError(method, path, [{ path: "idempotency-key", message }]);
      }
      refuseRepeatedKeys(instances, method, path);
      const orders = instances.map(({ idempotency_key: key, ...body }, index) =>
        startOrder(withinScope(context.var.scope, body), key ?? null, `instances.${index}.`),
      );
      const started = await startInstances(services, orders);
      return context.json({ items: started.map(({ instance }) => instanceDto(instance)) }, 201);
    });
}

/**
 * The key that a request names in its headers. As a part of what the route holds against a schema it would be
 * looked for in a copy of all of them, which took a twentieth of a start's time (docs/performance.md).
 * @throws RequestInvalidError
 */
function idempotencyKeyOf({ req }: Context): string | null {
  const key = req.header(idempotencyKeyParameter.name) ?? null;
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key;
  const fault = { path: idempotencyKeyParameter.name, message: NO_IDEMPOTENCY_KEY };
  throw new RequestInvalidError(req.method, req.path, [fault]);
}

/** Two items of one batch cannot be the same instance. */
function refuseRepeatedKeys(
  instances: readonly { readonly idempotency_key?: string | null | undefined }[],
  method: string,
  path: string,
): void {
  const first = new Map<string, number>();
  const faults = instances.flatMap(({ idempotency_key: key }, index) => {
    if (key === undefined || key === null) return [];
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index);
      return [];
    }
    return { path: `instances.${index}.idempotency_key`, message: `Is that of item ${before} too` };
  });
  if (faults.length > 0) throw new RequestInvalidError(method, path, faults);
}
