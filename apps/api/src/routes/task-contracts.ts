import { createRoute, z } from "@hono/zod-openapi";
import { instanceSchema } from "../schemas/instance.ts";
import { BODY_PROBLEMS, problems } from "../schemas/problem.ts";
import { noQuery, pathId } from "../schemas/request-values.ts";
import {
  completeTaskSchema,
  reassignTaskSchema,
  taskFilterSchema,
  taskSchema,
} from "../schemas/task.ts";

const tags = ["Human Tasks"];
const params = z.object({ id: pathId });

export const list = createRoute({
  method: "get",
  path: "/tasks",
  tags,
  summary: "List human tasks, the most urgent first",
  request: { query: taskFilterSchema },
  responses: {
    200: {
      description: "Tasks that match every filter.",
      headers: z.object({
        "X-Total-Count": z.string().openapi({ description: "How many tasks match." }),
      }),
      content: { "application/json": { schema: z.array(taskSchema) } },
    },
    ...problems(400),
  },
});

export const read = createRoute({
  method: "get",
  path: "/tasks/{id}",
  tags,
  summary: "Read a human task",
  request: { params, query: noQuery },
  responses: {
    200: { description: "The task.", content: { "application/json": { schema: taskSchema } } },
    ...problems(400, 404),
  },
});

export const complete = createRoute({
  method: "post",
  path: "/tasks/{id}/complete",
  tags,
  summary: "Complete a human task",
  request: {
    params,
    query: noQuery,
    body: { required: true, content: { "application/json": { schema: completeTaskSchema } } },
  },
  responses: {
    200: {
      description: "The instance that goes on.",
      content: { "application/json": { schema: instanceSchema } },
    },
    ...problems(...BODY_PROBLEMS, 403, 404, 409, 422),
  },
});

export const reassign = createRoute({
  method: "post",
  path: "/tasks/{id}/reassign",
  tags,
  summary: "Give a human task to somebody else",
  request: {
    params,
    query: noQuery,
    body: { required: true, content: { "application/json": { schema: reassignTaskSchema } } },
  },
  responses: {
    200: {
      description: "The task as it is now.",
      content: { "application/json": { schema: taskSchema } },
    },
    ...problems(...BODY_PROBLEMS, 404, 409),
  },
});
