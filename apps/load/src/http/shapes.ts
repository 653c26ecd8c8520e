/** What Drover answers, as far as a load test reads it: written down here, as any client would. */
import { z } from "zod";

const jsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof jsonObject>;

/** Milliseconds since 1970 of the server's clock. */
const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const problem = z.object({ code: z.string(), detail: z.string() });

export const definition = z.object({
  name: z.string(),
  version: z.string(),
  edges: z.array(z.object({ source: z.string(), target: z.string() })),
  input_schema: jsonObject.nullable(),
});
export type Definition = z.infer<typeof definition>;

const STATUSES = [
  "pending",
  "running",
  "paused",
  "waiting",
  "completed",
  "failed",
  "canceled",
] as const;

export const instance = z.object({
  id: z.string(),
  definition_version: z.string(),
  status: z.enum(STATUSES),
  started_at: moment,
  completed_at: moment.nullable(),
});
export type Instance = z.infer<typeof instance>;
export type Status = Instance["status"];

export const instancePage = z.object({ items: z.array(instance), total: z.int() });

export const instanceError = z.object({ id: z.string(), error: z.string().nullable() });

const execution = z.object({
  step_name: z.string(),
  step_type: z.string(),
  status: z.string(),
  created_at: moment,
  started_at: moment.nullable(),
  completed_at: moment.nullable(),
  attempts: z.array(z.unknown()),
  undoes: z.string().nullable(),
});
export type Execution = z.infer<typeof execution>;

export const historyPage = z.object({ items: z.array(execution), has_more: z.boolean() });

export const tasks = z.array(
  z.object({
    id: z.string(),
    step_name: z.string(),
    assignee: z.string().nullable(),
    form_schema: jsonObject.nullable(),
  }),
);
export type Task = z.infer<typeof tasks>[number];

export const queues = z.object({
  workers: z.array(z.object({ concurrency: z.int(), draining: z.boolean() })),
});
export type Queues = z.infer<typeof queues>;

export const bulkResult = z.object({
  matched: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  has_more: z.boolean(),
  errors: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type BulkResult = z.infer<typeof bulkResult>;
