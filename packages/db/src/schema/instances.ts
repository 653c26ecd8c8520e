import {
  TERMINAL_WORKFLOW_STATUSES,
  WORKFLOW_STATUSES,
  type DefinitionId,
  type ExecutionId,
  type FlowMemory,
  type InstanceId,
  type WorkflowStatus,
} from "@drover/engine";
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { isOneOf, jsonObject, moment, shortText, wrappedJson } from "./columns.ts";
import { workflowDefinitions } from "./definitions.ts";

const isOver = isOneOf("status", TERMINAL_WORKFLOW_STATUSES);

/**
 * One run of a workflow.
 *
 * While a single token moves on inline, this row is not touched: `current_step`, `sequence` and
 * `context_data` are then those of the last commit that did touch it, and the step executions with
 * a higher sequence hold the rest. Reading adds them up.
 */
export const workflowInstances = pgTable(
  "workflow_instances",
  {
    id: uuid("id").primaryKey().$type<InstanceId>(),
    definitionId: uuid("definition_id")
      .notNull()
      .$type<DefinitionId>()
      .references(() => workflowDefinitions.id),
    workflowName: shortText("workflow_name").notNull(),
    workflowVersion: varchar("workflow_version", { length: 50 }).notNull(),
    status: varchar("status", { length: 50 }).notNull().$type<WorkflowStatus>(),
    currentStep: shortText("current_step"),
    contextData: jsonObject("context_data").notNull(),
    metadata: jsonObject("metadata").notNull(),
    error: text("error"),
    version: integer("version").notNull().default(1),
    sequence: integer("sequence").notNull().default(0),
    liveTokens: integer("live_tokens").notNull().default(1),
    /** Those of the live tokens that are scheduled or running. */
    activeTokens: integer("active_tokens").notNull().default(1),
    terminalReached: boolean("terminal_reached").notNull().default(false),
    /** What the flow has to remember besides its tokens; null for nothing. */
    flowMemory: jsonb("flow_memory").$type<FlowMemory>(),
    output: wrappedJson("output"),
    deadlineAt: moment("deadline_at"),
    /** The step of another instance that has started this one. */
    parentInstanceId: uuid("parent_instance_id").$type<InstanceId>(),
    parentExecutionId: uuid("parent_execution_id").$type<ExecutionId>(),
    parentWaits: boolean("parent_waits").notNull().default(false),
    depth: integer("depth").notNull().default(0),
    /** The transition that touched the row last: tells whether a commit without an answer happened. */
    transitionId: uuid("transition_id"),
    tenantId: shortText("tenant_id"),
    createdBy: shortText("created_by"),
    correlationId: shortText("correlation_id"),
    idempotencyKey: shortText("idempotency_key"),
    requestHash: varchar("request_hash", { length: 64 }),
    startedAt: moment("started_at").notNull(),
    completedAt: moment("completed_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    check("workflow_instances_status", sql.raw(isOneOf("status", WORKFLOW_STATUSES))),
    check("workflow_instances_over", sql.raw(`(${isOver}) = (completed_at is not null)`)),
    check("workflow_instances_tokens", sql.raw(`(${isOver}) = (live_tokens = 0)`)),
    check("workflow_instances_failure", sql.raw(`status <> 'failed' or error is not null`)),
    // Most starts have no key, and would all be entries of nothing in it.
    uniqueIndex("workflow_instances_given_key")
      .on(table.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    index("workflow_instances_status_idx").on(table.status, table.id),
    index("workflow_instances_name_idx").on(table.workflowName, table.id),
    index("workflow_instances_tenant_idx")
      .on(table.tenantId, table.id)
      .where(sql`tenant_id is not null`),
    index("workflow_instances_creator_idx")
      .on(table.createdBy, table.id)
      .where(sql`created_by is not null`),
    index("workflow_instances_parent_idx")
      .on(table.parentInstanceId)
      .where(sql`parent_instance_id is not null`),
    index("workflow_instances_deadline_idx")
      .on(table.deadlineAt)
      .where(sql`deadline_at is not null and completed_at is null`),
    index("workflow_instances_correlation_idx")
      .on(table.correlationId)
      .where(sql`correlation_id is not null`),
  ],
);
