import type { InstanceId, MessageId, SignalId, WorkflowEvent } from "@drover/engine";
import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, unique, uuid } from "drizzle-orm/pg-core";
import { moment, shortText, wrappedJson } from "./columns.ts";
import { ownerInstance } from "./references.ts";

/** Signals that were sent to instances: kept until a step takes them, and known after that. */
export const workflowSignals = pgTable(
  "workflow_signals",
  {
    id: uuid("id").primaryKey().$type<SignalId>(),
    instanceId: ownerInstance(),
    name: shortText("name").notNull(),
    payload: wrappedJson("payload").notNull(),
    /** The sender's own id: the same one again under the same name is the same signal. */
    deduplicationId: shortText("deduplication_id"),
    receivedAt: moment("received_at").notNull(),
    takenAt: moment("taken_at"),
  },
  (table) => [
    unique("workflow_signals_deduplication_key").on(
      table.instanceId,
      table.name,
      table.deduplicationId,
    ),
    index("workflow_signals_kept_idx")
      .on(table.instanceId, table.id)
      .where(sql`taken_at is null`),
  ],
);

/**
 * Events from one instance to another: written with what causes them, removed when delivered. No
 * foreign key: the sender does not lock the receiver.
 */
export const workflowMessages = pgTable(
  "workflow_messages",
  {
    id: uuid("id").primaryKey().$type<MessageId>(),
    instanceId: uuid("instance_id").notNull().$type<InstanceId>(),
    event: jsonb("event").notNull().$type<WorkflowEvent>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("workflow_messages_age_idx").on(table.createdAt)],
);
