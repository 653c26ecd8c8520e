import { STEP_STATUSES, STEP_TYPES, WORKFLOW_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { jsonObject, moment } from "./json.ts";
import { LONGEST_NAME, offset, text, wholeNumber } from "./request-values.ts";

export const instanceSchema = z
  .object({
    id: z.uuid(),
    definition_name: z.string(),
    definition_version: z.string(),
    status: z.enum(WORKFLOW_STATUSES),
    current_step: z.string().nullable(),
    started_at: moment,
    completed_at: moment.nullable(),
    created_by: z.string().nullable(),
    tenant_id: z.string().nullable(),
    correlation_id: z.string().nullable(),
  })
  .openapi("WorkflowInstance");
export type InstanceDto = z.infer<typeof instanceSchema>;

const stepExecutionSchema = z
  .object({
    id: z.uuid(),
    step_name: z.string(),
    step_type: z.enum(STEP_TYPES),
    status: z.enum(STEP_STATUSES),
    attempt: z.int(),
    started_at: moment.nullable(),
    completed_at: moment.nullable(),
    error: z.string().nullable(),
    output_data: jsonObject.nullable().openapi({
      description: "The step's result: an object as it is, anything else as `{result}`.",
    }),
    context_changes: jsonObject.openapi({ description: "Keys of the context that the step set." }),
    assigned_to: z.string().nullable(),
    completed_by: z.string().nullable(),
    overwrote: z.array(z.string()).openapi({
      description: "Keys that a parallel step had set after this one had read the context.",
    }),
  })
  .openapi("StepExecution");
export type StepExecutionDto = z.infer<typeof stepExecutionSchema>;

export const instanceDetailSchema = instanceSchema
  .extend({
    context_data: jsonObject,
    metadata: jsonObject,
    step_history: z.array(stepExecutionSchema).openapi({
      description: "What has ended, in the order in which it ended; then what is live.",
    }),
    error: z.string().nullable(),
  })
  .openapi("WorkflowInstanceDetail");
export type InstanceDetailDto = z.infer<typeof instanceDetailSchema>;

export const instancePageSchema = z
  .object({
    items: z.array(instanceSchema),
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
    has_more: z.boolean(),
  })
  .openapi("WorkflowInstancePage");

export const instanceFilterSchema = z.strictObject({
  workflow_name: text(LONGEST_NAME).optional(),
  status: z.enum(WORKFLOW_STATUSES).optional(),
  created_by: text(LONGEST_NAME).optional(),
  tenant_id: text(LONGEST_NAME).optional(),
  correlation_id: text(LONGEST_NAME).optional(),
  limit: wholeNumber(1, 100, 50),
  offset,
});
