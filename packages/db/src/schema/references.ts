import type { ExecutionId, InstanceId } from "@drover/engine";
import { uuid } from "drizzle-orm/pg-core";
import { workflowInstances } from "./instances.ts";
import { workflowStepExecutions } from "./step-executions.ts";

/** The instance that a row belongs to and goes with. */
export const ownerInstance = () =>
  uuid("instance_id")
    .notNull()
    .$type<InstanceId>()
    .references(() => workflowInstances.id, { onDelete: "cascade" });

/** The step execution that a row belongs to and goes with. */
export const ownerExecution = () =>
  uuid("step_execution_id")
    .notNull()
    .$type<ExecutionId>()
    .references(() => workflowStepExecutions.id, { onDelete: "cascade" });
