CREATE TABLE "workflow_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"event" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_signals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"name" varchar(255) NOT NULL,
	"payload" jsonb NOT NULL,
	"deduplication_id" varchar(255),
	"received_at" timestamp with time zone NOT NULL,
	"taken_at" timestamp with time zone,
	CONSTRAINT "workflow_signals_deduplication_key" UNIQUE("instance_id","name","deduplication_id")
);
--> statement-breakpoint
CREATE TABLE "workflow_step_attempts" (
	"step_execution_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone NOT NULL,
	"error" jsonb NOT NULL,
	CONSTRAINT "workflow_step_attempts_step_execution_id_attempt_pk" PRIMARY KEY("step_execution_id","attempt")
);
--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_type";--> statement-breakpoint
DROP INDEX "step_executions_instance_idx";--> statement-breakpoint
DROP INDEX "step_executions_live_idx";--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "active_tokens" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "flow_memory" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "output" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "deadline_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "parent_instance_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "parent_execution_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "parent_waits" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "depth" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD COLUMN "transition_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "failed_tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "heartbeat_details" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "group_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "member_index" integer;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "item_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "item_data" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "is_item" boolean GENERATED ALWAYS AS (item_id is not null) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "undoes" uuid;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "wait" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD COLUMN "pending_for" varchar(10);--> statement-breakpoint
ALTER TABLE "workflow_signals" ADD CONSTRAINT "workflow_signals_instance_id_workflow_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."workflow_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_step_attempts" ADD CONSTRAINT "workflow_step_attempts_step_execution_id_workflow_step_executions_id_fk" FOREIGN KEY ("step_execution_id") REFERENCES "public"."workflow_step_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_messages_age_idx" ON "workflow_messages" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "workflow_signals_kept_idx" ON "workflow_signals" USING btree ("instance_id","id") WHERE taken_at is null;--> statement-breakpoint
CREATE INDEX "workflow_instances_parent_idx" ON "workflow_instances" USING btree ("parent_instance_id") WHERE parent_instance_id is not null;--> statement-breakpoint
CREATE INDEX "workflow_instances_deadline_idx" ON "workflow_instances" USING btree ("deadline_at") WHERE deadline_at is not null and completed_at is null;--> statement-breakpoint
CREATE INDEX "step_executions_members_idx" ON "workflow_step_executions" USING btree ("group_id","member_index") WHERE group_id is not null;--> statement-breakpoint
CREATE INDEX "step_executions_undoes_idx" ON "workflow_step_executions" USING btree ("undoes") WHERE undoes is not null;--> statement-breakpoint
CREATE INDEX "step_executions_instance_idx" ON "workflow_step_executions" USING btree ("instance_id","is_item","sequence");--> statement-breakpoint
CREATE INDEX "step_executions_live_idx" ON "workflow_step_executions" USING btree ("instance_id","group_id") WHERE status in ('pending', 'scheduled', 'running', 'waiting');--> statement-breakpoint
UPDATE "workflow_instances" i SET "active_tokens" = (
  SELECT count(*) FROM "workflow_step_executions" e
  WHERE e."instance_id" = i."id" AND e."status" IN ('scheduled', 'running'));--> statement-breakpoint
UPDATE "workflow_step_executions" SET "pending_for" = 'join' WHERE "status" = 'pending';--> statement-breakpoint
UPDATE "workflow_step_executions" e SET "wait" = coalesce(
  (SELECT jsonb_build_object('kind', 'task', 'taskId', t."id", 'assigneeId', t."assignee_id")
   FROM "workflow_human_tasks" t WHERE t."step_execution_id" = e."id" AND t."status" = 'pending'),
  (SELECT jsonb_build_object('kind', 'timer', 'timerId', t."id")
   FROM "workflow_timers" t WHERE t."step_execution_id" = e."id" LIMIT 1),
  '{"kind": "callback"}') WHERE e."status" = 'waiting';--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD CONSTRAINT "step_executions_waits" CHECK ((status = 'waiting') = (wait is not null) and (status = 'pending') = (pending_for is not null));--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD CONSTRAINT "step_executions_pending" CHECK (pending_for in ('join', 'turn', 'pause'));--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD CONSTRAINT "step_executions_member" CHECK ((group_id is null) = (member_index is null));--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD CONSTRAINT "step_executions_type" CHECK (step_type in ('machine', 'human', 'webhook', 'timer', 'gateway', 'group', 'signal', 'workflow'));