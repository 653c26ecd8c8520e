import type { TimerId } from "@drover/engine";
import { sql } from "drizzle-orm";
import { index, pgTable, uniqueIndex, uuid, varchar } from "drizzle-orm/pg-core";
import { moment, shortText } from "./columns.ts";
import { ownerExecution, ownerInstance } from "./references.ts";

/** Timers that have not fired yet; the row goes with the wait it ends. */
export const workflowTimers = pgTable(
  "workflow_timers",
  {
    id: uuid("id").primaryKey().$type<TimerId>(),
    instanceId: ownerInstance(),
    stepExecutionId: ownerExecution(),
    fireAt: moment("fire_at").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("workflow_timers_due_idx").on(table.fireAt),
    index("workflow_timers_execution_idx").on(table.stepExecutionId),
    // Deleting an instance looks here for what goes with it.
    index("workflow_timers_instance_idx").on(table.instanceId),
  ],
);

/**
 * Callbacks that steps wait for, and those that have come. Tokens are kept as hashes alone. A
 * token may be used again once its callback has come (a loop), never by two waits at once.
 */
export const workflowCallbacks = pgTable(
  "workflow_callbacks",
  {
    stepExecutionId: ownerExecution().primaryKey(),
    instanceId: ownerInstance(),
    tokenHash: varchar("token_hash", { length: 64 }).notNull(),
    callbackKey: shortText("callback_key").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** Set when the callback has come or nobody waits for it any more. */
    closedAt: moment("closed_at"),
    /** The transition that closed the wait: see the step executions' column of this name. */
    transitionId: uuid("transition_id"),
  },
  (table) => [
    uniqueIndex("workflow_callbacks_open_key")
      .on(table.tokenHash)
      .where(sql`closed_at is null`),
    index("workflow_callbacks_token_idx").on(table.tokenHash),
    index("workflow_callbacks_instance_idx").on(table.instanceId),
  ],
);
