import { findInstance, listTasks } from "@drover/db";
import { completeTask, reassignTask } from "@drover/distributed";
import { asId, type InstanceId } from "@drover/engine";
import { instanceDto } from "../representations/instance.ts";
import { taskDto } from "../representations/task.ts";
import { newRoutes, type Services } from "./environment.ts";
import { existingTask } from "./existing-task.ts";
import { found } from "./existing-instance.ts";
import { complete, list, read, reassign } from "./task-contracts.ts";

/** Human tasks: what people have to do, and that they did it. */
export function taskRoutes(services: Services) {
  const { queries, logger } = services;
  return newRoutes()
    .openapi(list, async (context) => {
      const query = context.req.valid("query");
      const { items, total } = await listTasks(
        queries,
        {
          status: query.status,
          assigneeId: query.assignee_id,
          assigneeGroup: query.assignee_group,
          correlationId: query.correlation_id,
          tenantId: context.var.scope.tenantId ?? undefined,
          instanceId:
            query.instance_id === undefined ? undefined : asId<InstanceId>(query.instance_id),
        },
        query,
      );
      context.header("X-Total-Count", String(total));
      return context.json(items.map(taskDto), 200);
    })
    .openapi(read, async (context) => {
      const { id } = context.req.valid("param");
      return context.json(taskDto(await existingTask(queries, id, context.var.scope)), 200);
    })
    .openapi(complete, async (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      const task = await existingTask(queries, id, context.var.scope);
      const { output_data: data, completed_by: completedBy, comment = null } = body;
      await completeTask(services, task, { completedBy, data, comment });
      const { instanceId } = task;
      const instance = await findInstance(queries, instanceId);
      return context.json(instanceDto(found(instance, instanceId, context.var.scope)), 200);
    })
    .openapi(reassign, async (context) => {
      const { id } = context.req.valid("param");
      const { scope } = context.var;
      const { new_assignee: assigneeId, reason } = context.req.valid("json");
      const before = await existingTask(queries, id, scope);
      await reassignTask(services, before, assigneeId);
      logger.info(
        { task: before.id, from: before.assigneeId, to: assigneeId, reason },
        "task reassigned",
      );
      return context.json(taskDto(await existingTask(queries, id, scope)), 200);
    });
}
