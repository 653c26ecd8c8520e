import { LARGEST_METADATA } from "@drover/engine";
import { z } from "@hono/zod-openapi";
import { instanceSchema } from "./instance.ts";
import { limitedObject } from "./json.ts";
import { LONGEST_NAME, LONGEST_VERSION, text } from "./request-values.ts";

export const startSchema = z
  .strictObject({
    definition_name: text(LONGEST_NAME),
    version: text(LONGEST_VERSION).nullish().openapi({
      description: "The latest active version unless given.",
    }),
    input_data: limitedObject()
      .nullish()
      .openapi({
        description:
          "Must match the definition's `input_schema`, if it has one. Kept as it is sent: defaults " +
          "are not filled in.",
      }),
    metadata: limitedObject(LARGEST_METADATA).nullish().openapi({
      description: "Kept with the instance, cannot be changed; steps read it.",
    }),
    correlation_id: text(LONGEST_NAME).nullish(),
    user_id: text(LONGEST_NAME).nullish(),
    tenant_id: text(LONGEST_NAME).nullish(),
  })
  .openapi("StartWorkflow");
export type StartBody = z.infer<typeof startSchema>;

/** Printable ASCII, as headers carry it; no longer than its column is wide. */
export const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;
export const NO_IDEMPOTENCY_KEY = "Expected 1 to 255 printable ASCII characters";

/** The header in a route's description. */
export const idempotencyKeyParameter = {
  name: "idempotency-key",
  in: "header",
  required: false,
  schema: { type: "string", pattern: IDEMPOTENCY_KEY.source },
  description: "The same key returns the same instance; with another body it is refused.",
} as const;

/** Instances that one request may start. */
const LARGEST_BATCH = 1_000;

const idempotencyKey = z.string().regex(IDEMPOTENCY_KEY, NO_IDEMPOTENCY_KEY).nullish();

export const startBatchSchema = z
  .strictObject({
    instances: z
      .array(startSchema.extend({ idempotency_key: idempotencyKey }).strict())
      .min(1)
      .max(LARGEST_BATCH),
  })
  .openapi("StartWorkflows");

export const startedBatchSchema = z
  .object({ items: z.array(instanceSchema) })
  .openapi("StartedWorkflows");
