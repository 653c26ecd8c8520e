import { isUuid, TASK_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { jsonObject, moment, limitedObject } from "./json.ts";
import { LONGEST_COMMENT, LONGEST_NAME, offset, text, wholeNumber } from "./request-values.ts";

export const taskSchema = z
  .object({
    id: z.uuid(),
    instance_id: z.uuid(),
    step_execution_id: z.uuid(),
    step_name: z.string(),
    workflow_name: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    assignee: z.string().nullable(),
    assignee_group: z.string().nullable(),
    status: z.enum(TASK_STATUSES),
    due_date: moment.nullable(),
    reminder_date: moment.nullable(),
    created_at: moment,
    form_schema: jsonObject.nullable(),
    completed_at: moment.nullable(),
    completed_by: z.string().nullable(),
    comment: z.string().nullable(),
    output_data: jsonObject.nullable(),
  })
  .openapi("HumanTask");
export type TaskDto = z.infer<typeof taskSchema>;

export const taskFilterSchema = z.strictObject({
  status: z.enum(TASK_STATUSES).default("pending"),
  assignee_id: text(LONGEST_NAME).optional().openapi({
    description: "Tasks of this person, and tasks of nobody in particular.",
  }),
  assignee_group: text(LONGEST_NAME).optional().openapi({
    description: "Tasks of this group, and tasks of no group.",
  }),
  instance_id: z.string().refine(isUuid, "Expected `uuid`").optional().openapi({ format: "uuid" }),
  correlation_id: text(LONGEST_NAME).optional().openapi({
    description: "Tasks of instances that were started with it.",
  }),
  limit: wholeNumber(1, 1_000, 100),
  offset,
});

export const completeTaskSchema = z
  .strictObject({
    output_data: limitedObject(),
    completed_by: text(LONGEST_NAME),
    comment: text(LONGEST_COMMENT).nullish(),
  })
  .openapi("CompleteTask");

export const reassignTaskSchema = z
  .strictObject({
    new_assignee: text(LONGEST_NAME),
    reason: text(LONGEST_COMMENT).nullish(),
  })
  .openapi("ReassignTask");
