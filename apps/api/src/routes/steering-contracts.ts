import { createRoute, z } from "@hono/zod-openapi";
import { instanceSchema } from "../schemas/instance.ts";
import { BODY_PROBLEMS, problems } from "../schemas/problem.ts";
import { LONGEST_NAME, noQuery, pathId, text } from "../schemas/request-values.ts";
import {
  cancelSchema,
  resumeSchema,
  retrySchema,
  scheduleSchema,
  skipSchema,
} from "../schemas/steering.ts";

const tags = ["Workflow Instances"];
const params = z.object({ id: pathId });
const stepParams = params.extend({ step_name: text(LONGEST_NAME) });

const answer = {
  description: "The instance as it is now.",
  content: { "application/json": { schema: instanceSchema } },
};

export const cancel = createRoute({
  method: "post",
  path: "/instances/{id}/cancel",
  tags,
  summary: "Cancel a workflow instance",
  description: "Closes its tasks and timers and tells running code to stop.",
  request: {
    params,
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: cancelSchema } } },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, 404, 409) },
});

export const pause = createRoute({
  method: "post",
  path: "/instances/{id}/pause",
  tags,
  summary: "Pause a workflow instance",
  description:
    "What runs may end and nothing new starts. Answers, callbacks, signals and timers are taken in " +
    "and have their effect when the instance is resumed. Pausing twice is pausing.",
  request: { params, query: noQuery },
  responses: { 200: answer, ...problems(400, 404, 409) },
});

export const resume = createRoute({
  method: "post",
  path: "/instances/{id}/resume",
  tags,
  summary: "Let a paused workflow instance go on",
  request: {
    params,
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: resumeSchema } } },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, 404, 409, 422) },
});

export const retry = createRoute({
  method: "post",
  path: "/instances/{id}/retry",
  tags,
  summary: "Let a failed workflow instance go on",
  request: {
    params,
    query: z.strictObject({
      from_step: text(LONGEST_NAME).optional().openapi({ description: "As in the body." }),
    }),
    body: { required: false, content: { "application/json": { schema: retrySchema } } },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, 404, 409, 422) },
});

export const skip = createRoute({
  method: "post",
  path: "/instances/{id}/steps/{step_name}/skip",
  tags,
  summary: "Leave a live step out",
  description: "The flow goes on as if the step's `canExecute` had said no.",
  request: {
    params: stepParams,
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: skipSchema } } },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, 404, 409, 422) },
});

export const schedule = createRoute({
  method: "post",
  path: "/instances/{id}/steps/{step_name}/schedule",
  tags,
  summary: "Run a step besides what runs already, now or later",
  request: {
    params: stepParams,
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: scheduleSchema } } },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, 404, 409, 422) },
});
