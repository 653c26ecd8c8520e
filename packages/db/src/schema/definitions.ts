import type { DefinitionId, WorkflowStructure } from "@drover/engine";
import { boolean, index, json, pgTable, text, unique, uuid, varchar } from "drizzle-orm/pg-core";
import { moment, shortText } from "./columns.ts";

/** Immutable: what an instance was started on never changes under it. */
export const workflowDefinitions = pgTable(
  "workflow_definitions",
  {
    id: uuid("id").primaryKey().$type<DefinitionId>(),
    name: shortText("name").notNull(),
    version: varchar("version", { length: 50 }).notNull(),
    description: text("description").notNull().default(""),
    /** `json`, not `jsonb`: the fields of its forms keep their order. */
    definitionJson: json("definition_json").notNull().$type<WorkflowStructure>(),
    isActive: boolean("is_active").notNull().default(true),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("workflow_definitions_name_version_key").on(table.name, table.version),
    index("workflow_definitions_active_idx").on(table.name, table.isActive),
  ],
);
