import { TASK_STATUSES, type TaskId, type TaskStatus } from "@drover/engine";
import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex, uuid, varchar } from "drizzle-orm/pg-core";
import { isOneOf, jsonObject, moment, orderedJsonObject, shortText } from "./columns.ts";
import { ownerExecution, ownerInstance } from "./references.ts";

export const workflowHumanTasks = pgTable(
  "workflow_human_tasks",
  {
    id: uuid("id").primaryKey().$type<TaskId>(),
    instanceId: ownerInstance(),
    stepExecutionId: ownerExecution(),
    stepName: shortText("step_name").notNull(),
    title: varchar("title", { length: 500 }).notNull(),
    description: text("description"),
    formSchema: orderedJsonObject("form_schema"),
    assigneeId: shortText("assignee_id"),
    assigneeGroup: shortText("assignee_group"),
    dueAt: moment("due_at"),
    reminderAt: moment("reminder_at"),
    status: varchar("status", { length: 50 }).notNull().default("pending").$type<TaskStatus>(),
    completedAt: moment("completed_at"),
    completedBy: shortText("completed_by"),
    /** The form's data as it was sent. */
    outputData: jsonObject("output_data"),
    comment: text("comment"),
    /** The transition that wrote the row last: see the step executions' column of this name. */
    transitionId: uuid("transition_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    check("human_tasks_status", sql.raw(isOneOf("status", TASK_STATUSES))),
    check(
      "human_tasks_completed",
      sql.raw(
        `(status = 'completed') = (completed_at is not null) and (status = 'completed') = (completed_by is not null)`,
      ),
    ),
    uniqueIndex("human_tasks_open_idx")
      .on(table.stepExecutionId)
      .where(sql`status = 'pending'`),
    index("human_tasks_execution_idx").on(table.stepExecutionId),
    index("human_tasks_instance_idx").on(table.instanceId),
    index("human_tasks_assignee_idx").on(table.assigneeId, table.status),
    index("human_tasks_group_idx").on(table.assigneeGroup, table.status),
    index("human_tasks_list_idx").on(table.status, table.dueAt, table.createdAt, table.id),
    index("human_tasks_due_idx")
      .on(table.dueAt)
      .where(sql`status = 'pending'`),
  ],
);
