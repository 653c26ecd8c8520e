import { BULK_ACTIONS } from "@drover/distributed";
import { WORKFLOW_STATUSES } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { LONGEST_NAME, LONGEST_VERSION, moment, text } from "./request-values.ts";
import { fromStep, reason } from "./steering.ts";

const filter = z
  .strictObject({
    workflow_name: text(LONGEST_NAME).optional(),
    version: text(LONGEST_VERSION).optional(),
    status: z.enum(WORKFLOW_STATUSES).optional(),
    created_by: text(LONGEST_NAME).optional(),
    tenant_id: text(LONGEST_NAME).optional(),
    correlation_id: text(LONGEST_NAME).optional(),
    started_before: moment.optional(),
    started_after: moment.optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: "Name at least one field: nothing acts on all instances there are",
  });

/** Instances that one request may act on. */
const LARGEST_BULK = 1_000;

export const bulkSchema = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    filter,
    dry_run: z.boolean().default(false).openapi({ description: "Only say which it would be." }),
    limit: z.int().min(1).max(LARGEST_BULK).default(100),
    reason: reason.optional().openapi({ description: "For `cancel`." }),
    from_step: fromStep.openapi({ description: "For `retry` and `resume`." }),
  })
  .refine(({ action, reason: given }) => given === undefined || action === "cancel", {
    path: ["reason"],
    message: "Has a meaning for `cancel` alone",
  })
  .refine(
    ({ action, from_step: step }) =>
      (step ?? null) === null || action === "retry" || action === "resume",
    { path: ["from_step"], message: "Has a meaning for `retry` and `resume` alone" },
  )
  .openapi("BulkAction");

const progress = {
  matched: z.int().openapi({ description: "Instances that fit, those beyond the limit included." }),
  processed: z.int(),
  succeeded: z.int(),
  failed: z.int(),
};

export const bulkProgressSchema = z.object(progress).openapi("BulkProgress");

export const bulkResultSchema = z
  .object({
    action: z.enum(BULK_ACTIONS),
    dry_run: z.boolean(),
    ...progress,
    errors: z
      .array(z.object({ instance_id: z.uuid(), code: z.string(), message: z.string() }))
      .openapi({ description: "Of the first 20 that failed." }),
    has_more: z.boolean().openapi({ description: "Whether the limit has left instances out." }),
    instance_ids: z.array(z.uuid()).openapi({
      description:
        "Those that were acted on, the oldest first; with a dry run those that would be.",
    }),
  })
  .openapi("BulkResult");
export type BulkResultDto = z.infer<typeof bulkResultSchema>;
