import type { DefinitionId, WorkerId } from "@drover/engine";
import { integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/**
 * Workers that have nothing in hand and would take the first step of the next instance. Nothing here is a fact: an
 * offer ends with the session that has made it. No index besides: there are a few rows, which stay where they are when
 * they change.
 */
export const workflowStartOffers = pgTable("workflow_start_offers", {
  seat: integer("seat").primaryKey(),
  workerId: uuid("worker_id").notNull().$type<WorkerId>(),
  /** The definitions whose code it has. */
  definitionIds: uuid("definition_ids").array().notNull().$type<DefinitionId[]>(),
  /** How it is to be told (`store/statements/start-message.ts`): who starts takes no offer whose form it does not speak. */
  messageForm: integer("message_form").notNull(),
  /** When it was made or repeated last; null once it is taken or withdrawn. */
  offeredAt: moment("offered_at"),
});
