import type { StepError } from "@drover/engine";
import { integer, jsonb, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";
import { ownerExecution } from "./references.ts";

/** Tries of a step that failed and were followed by another one. The last try is the step's own row. */
export const workflowStepAttempts = pgTable(
  "workflow_step_attempts",
  {
    stepExecutionId: ownerExecution(),
    attempt: integer("attempt").notNull(),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at").notNull(),
    error: jsonb("error").notNull().$type<StepError>(),
  },
  (table) => [primaryKey({ columns: [table.stepExecutionId, table.attempt] })],
);
