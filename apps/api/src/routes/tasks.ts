import { findInstance, findTaskDetail, listTasks, type TaskDetail } from "@drover/db";
import {
  asId,
  type InstanceId,
  type OutsideEvent,
  isUuid,
  TaskAlreadyCompletedError,
  type TaskId,
  UnauthorizedTaskError,
} from "@drover/engine";
import { FormInvalidError, InstanceNotFoundError, TaskNotThereError } from "../errors.ts";
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
      const task = await pendingTask(services, id);
      const { output_data: data, completed_by: completedBy, comment = null } = body;
      if (task.assigneeId !== null && task.assigneeId !== completedBy) {
        throw new UnauthorizedTaskError(id, completedBy);
      }
      const faults = task.formSchema === null ? [] : services.forms.validate(task.formSchema, data);
      if (faults.length > 0) throw new FormInvalidError(id, faults);
      // What was just read may be out of date: the engine checks again, inside the commit.
      await act(services, task, { type: "task.completed", taskId: id, completedBy, data, comment });
      const instance = await findInstance(queries, task.instanceId);
      if (instance === null) throw new InstanceNotFoundError(task.instanceId);
      return context.json(instanceDto(instance), 200);
    })
    .openapi(reassign, async (context) => {
      const id = taskId(context.req.valid("param").id);
      const { new_assignee: assigneeId, reason } = context.req.valid("json");
      const before = await pendingTask(services, id);
      await act(services, before, { type: "task.reassigned", taskId: id, assigneeId });
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

/** @throws TaskNotThereError, TaskAlreadyCompletedError */
async function pendingTask(services: Services, id: TaskId): Promise<TaskDetail> {
  const task = await existingTask(services, id);
  if (task.status !== "pending") throw new TaskAlreadyCompletedError(id, task.status);
  return task;
}

async function act(services: Services, task: TaskDetail, event: OutsideEvent): Promise<void> {
  const dispatched = await services.store.dispatch(task.instanceId, event);
  if (dispatched.kind === "stale") throw new TaskAlreadyCompletedError(task.id);
  services.feeder.give(dispatched.commands);
}
