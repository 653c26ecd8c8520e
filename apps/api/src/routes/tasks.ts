import { findInstance, findTaskDetail, listTasks, type TaskDetail } from "@drover/db";
import { completeTask, reassignTask } from "@drover/distributed";
import { asId, type InstanceId, isUuid, type TaskId } from "@drover/engine";
import { InstanceNotFoundError, TaskNotThereError } from "../errors.ts";
import { instanceDto } from "../representations/instance.ts";
import { taskDto } from "../representations/task.ts";
import { newRoutes, type Services } from "./environment.ts";
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
          instanceId:
            query.instance_id === undefined ? undefined : asId<InstanceId>(query.instance_id),
        },
        query,
      );
      context.header("X-Total-Count", String(total));
      return context.json(items.map(taskDto), 200);
    })
    .openapi(read, async (context) => {
      const id = taskId(context.req.valid("param").id);
      return context.json(taskDto(await existingTask(services, id)), 200);
    })
    .openapi(complete, async (context) => {
      const id = taskId(context.req.valid("param").id);
      const body = context.req.valid("json");
      const task = await existingTask(services, id);
      const { output_data: data, completed_by: completedBy, comment = null } = body;
      await completeTask(services, task, { completedBy, data, comment });
      const instance = await findInstance(queries, task.instanceId);
      if (instance === null) throw new InstanceNotFoundError(task.instanceId);
      return context.json(instanceDto(instance), 200);
    })
    .openapi(reassign, async (context) => {
      const id = taskId(context.req.valid("param").id);
      const { new_assignee: assigneeId, reason } = context.req.valid("json");
      const before = await existingTask(services, id);
      await reassignTask(services, before, assigneeId);
      logger.info({ task: id, from: before.assigneeId, to: assigneeId, reason }, "task reassigned");
      return context.json(taskDto(await existingTask(services, id)), 200);
    });
}

function taskId(text: string): TaskId {
  if (!isUuid(text)) throw new TaskNotThereError(text);
  return asId<TaskId>(text);
}

async function existingTask({ queries }: Services, id: TaskId): Promise<TaskDetail> {
  const task = await findTaskDetail(queries, id);
  if (task === null) throw new TaskNotThereError(id);
  return task;
}
