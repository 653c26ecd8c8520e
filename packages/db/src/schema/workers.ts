import type { DefinitionId, WorkerId } from "@drover/engine";
import { boolean, index, integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { moment, shortText } from "./columns.ts";

/** Worker processes; silent ones lose their running executions to others. */
export const workflowWorkers = pgTable(
  "workflow_workers",
  {
    id: uuid("id").primaryKey().$type<WorkerId>(),
    host: shortText("host").notNull(),
    pid: integer("pid").notNull(),
    concurrency: integer("concurrency").notNull(),
    draining: boolean("draining").notNull().default(false),
    /** The definitions whose code it has; null where it does not say (an earlier version). */
    definitionIds: uuid("definition_ids").array().$type<DefinitionId[]>(),
    startedAt: moment("started_at").notNull().defaultNow(),
    heartbeatAt: moment("heartbeat_at").notNull().defaultNow(),
  },
  (table) => [index("workflow_workers_heartbeat_idx").on(table.heartbeatAt)],
);
