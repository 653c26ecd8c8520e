ALTER TABLE "workflow_step_executions" ADD COLUMN "lost_attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_workers" ADD COLUMN "definition_ids" uuid[];