import { sendSignal } from "@drover/distributed";
import { createRoute, z } from "@hono/zod-openapi";
import { BODY_PROBLEMS, problems } from "../schemas/problem.ts";
import { LONGEST_NAME, noQuery, pathId, text } from "../schemas/request-values.ts";
import { signalAnswerSchema, signalSchema } from "../schemas/steering.ts";
import { newRoutes, type Services } from "./environment.ts";
import { existingInstance } from "./existing-instance.ts";

const send = createRoute({
  method: "post",
  path: "/instances/{id}/signals/{name}",
  tags: ["Workflow Instances"],
  summary: "Send a signal to a workflow instance",
  description:
    "The step that has waited for it the longest takes it; where none waits it is kept until one does.",
  request: {
    params: z.object({ id: pathId, name: text(LONGEST_NAME) }),
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: signalSchema } } },
  },
  responses: {
    202: {
      description: "The instance has it.",
      content: { "application/json": { schema: signalAnswerSchema } },
    },
    ...problems(...BODY_PROBLEMS, 404, 409),
  },
});

/** What instances are told from outside while they run. */
export function signalRoutes(services: Services) {
  return newRoutes().openapi(send, async (context) => {
    const { id: sent, name } = context.req.valid("param");
    const { payload = null, id: deduplicationId = null } = context.req.valid("json");
    const { id } = await existingInstance(services.queries, sent, context.var.scope);
    const status = await sendSignal(services, id, { name, payload, deduplicationId });
    return context.json({ status }, 202);
  });
}
