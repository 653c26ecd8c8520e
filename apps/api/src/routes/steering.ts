import { findInstance } from "@drover/db";
import { act } from "@drover/distributed";
import { InvariantError, type SteeringEvent } from "@drover/engine";
import type { Scope } from "../access/scope.ts";
import { RequestInvalidError } from "../errors.ts";
import { instanceDto } from "../representations/instance.ts";
import type { InstanceDto } from "../schemas/instance.ts";
import { cancelSchema } from "../schemas/steering.ts";
import { newRoutes, type Services } from "./environment.ts";
import { existingInstance, found } from "./existing-instance.ts";
import { cancel, pause, resume, retry } from "./steering-contracts.ts";

/** What those who run the system do with one instance. */
export function steeringRoutes(services: Services) {
  return newRoutes()
    .openapi(cancel, async (context) => {
      // Without a body there is nothing that the schema's default could have been put into.
      const { reason } = cancelSchema.parse(context.req.valid("json"));
      const event = { type: "instance.canceled", reason } as const;
      return context.json(
        await steer(services, context.var.scope, context.req.valid("param").id, event),
        200,
      );
    })
    .openapi(pause, async (context) => {
      const event = { type: "instance.paused" } as const;
      return context.json(
        await steer(services, context.var.scope, context.req.valid("param").id, event),
        200,
      );
    })
    .openapi(resume, async (context) => {
      const fromStep = context.req.valid("json").from_step ?? null;
      const event = { type: "instance.resumed", fromStep } as const;
      return context.json(
        await steer(services, context.var.scope, context.req.valid("param").id, event),
        200,
      );
    })
    .openapi(retry, async (context) => {
      const body = context.req.valid("json");
      const { from_step: inQuery } = context.req.valid("query");
      const inBody = body.from_step ?? undefined;
      if (inQuery !== undefined && inBody !== undefined && inQuery !== inBody) {
        const message = "Is another one than in the query";
        const { method, path } = context.req;
        throw new RequestInvalidError(method, path, [{ path: "from_step", message }]);
      }
      const event = {
        type: "instance.retried",
        fromStep: inBody ?? inQuery ?? null,
        contextPatch: body.context_patch ?? {},
      } as const;
      return context.json(
        await steer(services, context.var.scope, context.req.valid("param").id, event),
        200,
      );
    });
}

/** @returns the instance as it is after the event */
export async function steer(
  services: Services,
  scope: Scope,
  text: string,
  event: SteeringEvent,
): Promise<InstanceDto> {
  const { queries } = services;
  const { id } = await existingInstance(queries, text, scope);
  const acted = await act(services, id, event);
  if (acted === "stale") throw new InvariantError(`${event.type} cannot come too late`);
  return instanceDto(found(await findInstance(queries, id), id, scope));
}
