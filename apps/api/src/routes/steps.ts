import { findInstance } from "@drover/db";
import { skipStep } from "@drover/distributed";
import { after } from "@drover/engine";
import { instanceDto } from "../representations/instance.ts";
import { newRoutes, type Services } from "./environment.ts";
import { existingInstance, found } from "./existing-instance.ts";
import { schedule, skip } from "./steering-contracts.ts";
import { steer } from "./steering.ts";

/** What those who run the system do with single steps of an instance. */
export function stepRoutes(services: Services) {
  const { queries, now } = services;
  return newRoutes()
    .openapi(skip, async (context) => {
      const { id: text, step_name: stepName } = context.req.valid("param");
      const { execution_id: executionId = null } = context.req.valid("json");
      const { scope } = context.var;
      const instance = await existingInstance(queries, text, scope);
      await skipStep(services, instance, stepName, executionId);
      const { id } = instance;
      return context.json(instanceDto(found(await findInstance(queries, id), id, scope)), 200);
    })
    .openapi(schedule, async (context) => {
      const { id, step_name: stepName } = context.req.valid("param");
      const { delay = null, run_at: at = null } = context.req.valid("json");
      const runAt = delay === null ? at : after(now(), delay);
      const event = { type: "step.scheduled", stepName, runAt } as const;
      return context.json(await steer(services, context.var.scope, id, event), 200);
    });
}
