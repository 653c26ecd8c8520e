import {
  LIVE_STEP_STATUSES,
  type Arrival,
  type ExecutionId,
  type InstanceId,
  type PendingReason,
  type StepError,
  type StepStatus,
  type StepType,
  type Wait,
  type WorkerId,
} from "@drover/engine";
import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uuid, varchar } from "drizzle-orm/pg-core";
import { jsonObject, moment, quotedList, shortText, wrappedJson } from "./columns.ts";

const live = quotedList(LIVE_STEP_STATUSES);

/**
 * One execution of one step: a token while it is live, history once it has ended.
 *
 * No foreign key to the instance: checking it would lock the instance's row on every step. Rows
 * are written by statements that hold the instance or one of its tokens, never by themselves. What
 * must be true of each row stands in `step-rules.ts`; a trigger holds it.
 */
export const workflowStepExecutions = pgTable(
  "workflow_step_executions",
  {
    id: uuid("id").primaryKey().$type<ExecutionId>(),
    instanceId: uuid("instance_id").notNull().$type<InstanceId>(),
    stepName: shortText("step_name").notNull(),
    stepType: varchar("step_type", { length: 50 }).notNull().$type<StepType>(),
    status: varchar("status", { length: 50 }).notNull().$type<StepStatus>(),
    /** Fencing number: grows whenever ownership changes; a write under an old one matches nothing. */
    attempt: integer("attempt").notNull().default(1),
    /** Tries of its code that have failed; each has a row of its own. */
    failedTries: integer("failed_tries").notNull().default(0),
    /** How often in a row its worker was lost while it ran. */
    lostAttempts: integer("lost_attempts").notNull().default(0),
    /** What its running code has said last, for the next try. */
    heartbeatDetails: wrappedJson("heartbeat_details"),
    /** The execution of the group that it is a member of, and its place there. */
    groupId: uuid("group_id").$type<ExecutionId>(),
    memberIndex: integer("member_index"),
    /** The execution that holds the item of a map which this one works on. */
    itemId: uuid("item_id").$type<ExecutionId>(),
    itemData: wrappedJson("item_data"),
    /** Whether there is such an item, for the index; `step-rules.ts` sets it. */
    isItem: boolean("is_item").notNull().default(false),
    /** The execution that this one undoes. */
    undoes: uuid("undoes").$type<ExecutionId>(),
    /** What a waiting execution waits for; why a pending one is pending. */
    wait: jsonb("wait").$type<Wait>(),
    pendingFor: varchar("pending_for", { length: 10 }).$type<PendingReason>(),
    workerId: uuid("worker_id").$type<WorkerId>(),
    /** Place among the instance's ended executions; null while live. */
    sequence: integer("sequence"),
    /** Sequence of the last ended execution whose changes this one saw when it started. */
    contextSequence: integer("context_sequence"),
    arrivals: jsonb("arrivals").notNull().$type<readonly Arrival[]>(),
    /** Why a step that waited goes on: form data, callback payload or a timer. */
    inputData: jsonObject("input_data"),
    outputData: wrappedJson("output_data"),
    contextChanges: jsonObject("context_changes"),
    error: text("error"),
    errorDetails: jsonb("error_details").$type<StepError>(),
    /** The transition that wrote the row last: tells whether a commit without an answer happened. */
    transitionId: uuid("transition_id"),
    /** When the execution was last handed to the queue; the sweeper goes by it. */
    dispatchedAt: moment("dispatched_at"),
    startedAt: moment("started_at"),
    completedAt: moment("completed_at"),
    assignedTo: shortText("assigned_to"),
    completedBy: shortText("completed_by"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    // Thousands may work on items of one map; what the others have left is found without them.
    index("step_executions_instance_idx").on(table.instanceId, table.isItem, table.sequence),
    index("step_executions_live_idx")
      .on(table.instanceId, table.groupId)
      .where(sql.raw(`status in (${live})`)),
    index("step_executions_members_idx")
      .on(table.groupId, table.memberIndex)
      .where(sql`group_id is not null`),
    index("step_executions_undoes_idx")
      .on(table.undoes)
      .where(sql`undoes is not null`),
    index("step_executions_scheduled_idx")
      .on(table.dispatchedAt)
      .where(sql`status = 'scheduled'`),
    index("step_executions_running_idx")
      .on(table.workerId)
      .where(sql`status = 'running'`),
  ],
);
