import { hashToken } from "@drover/db";
import { act } from "@drover/distributed";
import {
  CallbackAlreadyUsedError,
  CallbackNotFoundError,
  demandSize,
  type JsonValue,
  LARGEST_PAYLOAD,
} from "@drover/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { jsonValue } from "../schemas/json.ts";
import { BODY_PROBLEMS, openProblems } from "../schemas/problem.ts";
import { newRoutes, type Services } from "./environment.ts";

const receive = createRoute({
  method: "post",
  path: "/webhooks/{token}",
  tags: ["Webhooks"],
  security: [],
  summary: "Deliver what a workflow waits for",
  request: {
    params: z.object({ token: z.string() }),
    body: {
      required: false,
      description: "Any JSON; none counts as null.",
      content: { "application/json": { schema: jsonValue } },
    },
  },
  responses: {
    202: {
      description: "Taken; the workflow goes on.",
      content: { "application/json": { schema: z.object({ status: z.literal("accepted") }) } },
    },
    ...openProblems(...BODY_PROBLEMS, 404, 409),
  },
});

/** Callbacks of other systems. Who knows the token may call, once. */
export function webhookRoutes(services: Services) {
  return newRoutes().openapi(receive, async (context) => {
    const { token } = context.req.valid("param");
    const callback = await services.store.findCallback(hashToken(token));
    if (callback === null) throw new CallbackNotFoundError();
    if (!callback.open) throw new CallbackAlreadyUsedError();
    const acted = await act(services, callback.instanceId, {
      type: "callback.received",
      executionId: callback.executionId,
      callbackKey: callback.callbackKey,
      payload: await payloadOf(context.req),
    });
    if (acted === "stale") throw new CallbackAlreadyUsedError();
    return context.json({ status: "accepted" as const }, 202);
  });
}

/** Read here and not by the schema, which cannot tell no body from an empty object. */
async function payloadOf(request: { text(): Promise<string> }): Promise<JsonValue> {
  const body = await request.text();
  if (body === "") return null;
  const payload: JsonValue = JSON.parse(body);
  return demandSize(payload, "payload of the callback", LARGEST_PAYLOAD);
}
