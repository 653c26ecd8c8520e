import { STEP_STATUSES, STEP_TYPES, type Wait, WORKFLOW_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { jsonObject, jsonValue, moment } from "./json.ts";
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

const errorDetails = z
  .object({
    type: z.string(),
    message: z.string(),
    stack: z.string().nullable(),
    cause: z.string().nullable(),
  })
  .openapi("StepError");

const failedAttempt = z.object({
  number: z.int(),
  error_type: z.string(),
  error: z.string(),
  error_details: errorDetails,
  started_at: moment.nullable(),
  ended_at: moment,
});

const WAITS = [
  "task",
  "timer",
  "callback",
  "signal",
  "child",
  "group",
  "delay",
] as const satisfies readonly Wait["kind"][];

const stepExecutionSchema = z
  .object({
    id: z.uuid(),
    step_name: z.string(),
    step_type: z.enum(STEP_TYPES),
    status: z.enum(STEP_STATUSES),
    attempt: z.int(),
    lost_attempts: z.int().openapi({
      description: "How often in a row its worker was lost while it ran; too often fails it.",
    }),
    created_at: moment.openapi({
      description:
        "When the flow reached it. From then until `started_at` it waits for other branches, for a " +
        "place in its group or for a worker.",
    }),
    started_at: moment.nullable(),
    completed_at: moment.nullable(),
    error: z.string().nullable(),
    error_details: errorDetails.nullable(),
    attempts: z.array(failedAttempt).openapi({
      description: "Tries of its code that failed and were followed by another one.",
    }),
    waiting_for: z.enum(WAITS).nullable().openapi({
      description: "Null unless it waits; `delay` for its first or next try.",
    }),
    group_id: z.uuid().nullable().openapi({
      description: "The execution of the group that it is a member of.",
    }),
    index: z.int().nullable().openapi({
      description: "Its place in the group, in a map that of its item; null for a callback.",
    }),
    item: jsonValue.optional().openapi({ description: "Inside of a map: what it works on." }),
    undoes: z.uuid().nullable().openapi({ description: "The execution that it has undone." }),
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

const child = z.object({
  instance_id: z.uuid(),
  definition_name: z.string(),
  status: z.enum(WORKFLOW_STATUSES),
  step_name: z.string().openapi({ description: "The step that has started it." }),
});

const signal = z.object({
  name: z.string(),
  received_at: moment,
  taken_at: moment.nullable().openapi({ description: "Null while no step has taken it." }),
});

/** Executions that an instance's details show. */
export const MOST_IN_DETAIL = 500;

export const instanceDetailSchema = instanceSchema
  .extend({
    context_data: jsonObject,
    metadata: jsonObject,
    output: jsonValue.openapi({
      description: "What the workflow came to: the result of its terminal step; null until then.",
    }),
    error: z.string().nullable(),
    deadline_at: moment.nullable().openapi({ description: "When it fails if it has not ended." }),
    parent: z
      .object({ instance_id: z.uuid(), execution_id: z.uuid() })
      .nullable()
      .openapi({ description: "The step of another instance that has started this one." }),
    children: z.array(child).openapi({
      description: "Instances that its steps have started, the first 100.",
    }),
    signals: z.array(signal).openapi({
      description: "Signals that it has been sent, the first 100.",
    }),
    blocked: z.string().nullable().openapi({
      description: "Why nothing goes on although a step is ready; null for nothing.",
    }),
    step_count: z.int().openapi({ description: "How many step executions there are." }),
    step_history: z.array(stepExecutionSchema).openapi({
      description:
        "What has ended, in the order in which it ended; then what is live. The first 500: " +
        "`/instances/{id}/history` pages all of them.",
    }),
  })
  .openapi("WorkflowInstanceDetail");
export type InstanceDetailDto = z.infer<typeof instanceDetailSchema>;

export const historyPageSchema = z
  .object({
    items: z.array(stepExecutionSchema),
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
    has_more: z.boolean(),
  })
  .openapi("StepExecutionPage");

export const historyQuerySchema = z.strictObject({ limit: wholeNumber(1, 500, 100), offset });

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
