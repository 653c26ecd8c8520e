CREATE TABLE "workflow_callbacks" (
	"step_execution_id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"token_hash" varchar(64) NOT NULL,
	"callback_key" varchar(255) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"transition_id" uuid
);
--> statement-breakpoint
CREATE TABLE "workflow_definitions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" varchar(255) NOT NULL,
	"version" varchar(50) NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"definition_json" json NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_definitions_name_version_key" UNIQUE("name","version")
);
--> statement-breakpoint
CREATE TABLE "workflow_human_tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"step_execution_id" uuid NOT NULL,
	"step_name" varchar(255) NOT NULL,
	"title" varchar(500) NOT NULL,
	"description" text,
	"form_schema" json,
	"assignee_id" varchar(255),
	"assignee_group" varchar(255),
	"due_at" timestamp with time zone,
	"reminder_at" timestamp with time zone,
	"status" varchar(50) DEFAULT 'pending' NOT NULL,
	"completed_at" timestamp with time zone,
	"completed_by" varchar(255),
	"output_data" jsonb,
	"comment" text,
	"transition_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "human_tasks_status" CHECK (status in ('pending', 'completed', 'canceled')),
	CONSTRAINT "human_tasks_completed" CHECK ((status = 'completed') = (completed_at is not null) and (status = 'completed') = (completed_by is not null))
);
--> statement-breakpoint
CREATE TABLE "workflow_instances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"definition_id" uuid NOT NULL,
	"workflow_name" varchar(255) NOT NULL,
	"workflow_version" varchar(50) NOT NULL,
	"status" varchar(50) NOT NULL,
	"current_step" varchar(255),
	"context_data" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"error" text,
	"version" integer DEFAULT 1 NOT NULL,
	"sequence" integer DEFAULT 0 NOT NULL,
	"live_tokens" integer DEFAULT 1 NOT NULL,
	"terminal_reached" boolean DEFAULT false NOT NULL,
	"tenant_id" varchar(255),
	"created_by" varchar(255),
	"correlation_id" varchar(255),
	"idempotency_key" varchar(255),
	"request_hash" varchar(64),
	"started_at" timestamp with time zone NOT NULL,
	"completed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_instances_status" CHECK (status in ('pending', 'running', 'paused', 'waiting', 'completed', 'failed', 'canceled')),
	CONSTRAINT "workflow_instances_over" CHECK ((status in ('completed', 'failed', 'canceled')) = (completed_at is not null)),
	CONSTRAINT "workflow_instances_tokens" CHECK ((status in ('completed', 'failed', 'canceled')) = (live_tokens = 0)),
	CONSTRAINT "workflow_instances_failure" CHECK (status <> 'failed' or error is not null)
);
--> statement-breakpoint
CREATE TABLE "workflow_step_executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"step_name" varchar(255) NOT NULL,
	"step_type" varchar(50) NOT NULL,
	"status" varchar(50) NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"worker_id" uuid,
	"sequence" integer,
	"context_sequence" integer,
	"arrivals" jsonb NOT NULL,
	"input_data" jsonb,
	"output_data" jsonb,
	"context_changes" jsonb,
	"error" text,
	"error_details" jsonb,
	"transition_id" uuid,
	"dispatched_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"assigned_to" varchar(255),
	"completed_by" varchar(255),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "step_executions_status" CHECK (status in ('pending', 'scheduled', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'skipped')),
	CONSTRAINT "step_executions_type" CHECK (step_type in ('machine', 'human', 'webhook', 'timer', 'gateway')),
	CONSTRAINT "step_executions_ended" CHECK ((status in ('pending', 'scheduled', 'running', 'waiting')) = (completed_at is null) and (status in ('pending', 'scheduled', 'running', 'waiting')) = (sequence is null)),
	CONSTRAINT "step_executions_owner" CHECK (status <> 'running' or worker_id is not null),
	CONSTRAINT "step_executions_failure" CHECK (status <> 'failed' or error is not null)
);
--> statement-breakpoint
CREATE TABLE "workflow_timers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"instance_id" uuid NOT NULL,
	"step_execution_id" uuid NOT NULL,
	"fire_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" varchar(255) NOT NULL,
	"pid" integer NOT NULL,
	"concurrency" integer NOT NULL,
	"draining" boolean DEFAULT false NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "workflow_callbacks" ADD CONSTRAINT "workflow_callbacks_step_execution_id_workflow_step_executions_id_fk" FOREIGN KEY ("step_execution_id") REFERENCES "public"."workflow_step_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_callbacks" ADD CONSTRAINT "workflow_callbacks_instance_id_workflow_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."workflow_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_human_tasks" ADD CONSTRAINT "workflow_human_tasks_instance_id_workflow_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."workflow_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_human_tasks" ADD CONSTRAINT "workflow_human_tasks_step_execution_id_workflow_step_executions_id_fk" FOREIGN KEY ("step_execution_id") REFERENCES "public"."workflow_step_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_instances" ADD CONSTRAINT "workflow_instances_definition_id_workflow_definitions_id_fk" FOREIGN KEY ("definition_id") REFERENCES "public"."workflow_definitions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_timers" ADD CONSTRAINT "workflow_timers_instance_id_workflow_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."workflow_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_timers" ADD CONSTRAINT "workflow_timers_step_execution_id_workflow_step_executions_id_fk" FOREIGN KEY ("step_execution_id") REFERENCES "public"."workflow_step_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_callbacks_open_key" ON "workflow_callbacks" USING btree ("token_hash") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "workflow_callbacks_token_idx" ON "workflow_callbacks" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "workflow_definitions_active_idx" ON "workflow_definitions" USING btree ("name","is_active");--> statement-breakpoint
CREATE UNIQUE INDEX "human_tasks_open_idx" ON "workflow_human_tasks" USING btree ("step_execution_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "human_tasks_execution_idx" ON "workflow_human_tasks" USING btree ("step_execution_id");--> statement-breakpoint
CREATE INDEX "human_tasks_instance_idx" ON "workflow_human_tasks" USING btree ("instance_id");--> statement-breakpoint
CREATE INDEX "human_tasks_assignee_idx" ON "workflow_human_tasks" USING btree ("assignee_id","status");--> statement-breakpoint
CREATE INDEX "human_tasks_group_idx" ON "workflow_human_tasks" USING btree ("assignee_group","status");--> statement-breakpoint
CREATE INDEX "human_tasks_list_idx" ON "workflow_human_tasks" USING btree ("status","due_at","created_at","id");--> statement-breakpoint
CREATE INDEX "human_tasks_due_idx" ON "workflow_human_tasks" USING btree ("due_at") WHERE status = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_instances_idempotency_key" ON "workflow_instances" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "workflow_instances_status_idx" ON "workflow_instances" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "workflow_instances_name_idx" ON "workflow_instances" USING btree ("workflow_name","id");--> statement-breakpoint
CREATE INDEX "workflow_instances_tenant_idx" ON "workflow_instances" USING btree ("tenant_id","id") WHERE tenant_id is not null;--> statement-breakpoint
CREATE INDEX "workflow_instances_creator_idx" ON "workflow_instances" USING btree ("created_by","id") WHERE created_by is not null;--> statement-breakpoint
CREATE INDEX "workflow_instances_correlation_idx" ON "workflow_instances" USING btree ("correlation_id") WHERE correlation_id is not null;--> statement-breakpoint
CREATE INDEX "step_executions_instance_idx" ON "workflow_step_executions" USING btree ("instance_id","sequence");--> statement-breakpoint
CREATE INDEX "step_executions_live_idx" ON "workflow_step_executions" USING btree ("instance_id") WHERE status in ('pending', 'scheduled', 'running', 'waiting');--> statement-breakpoint
CREATE INDEX "step_executions_scheduled_idx" ON "workflow_step_executions" USING btree ("dispatched_at") WHERE status = 'scheduled';--> statement-breakpoint
CREATE INDEX "step_executions_running_idx" ON "workflow_step_executions" USING btree ("worker_id") WHERE status = 'running';--> statement-breakpoint
CREATE INDEX "workflow_timers_due_idx" ON "workflow_timers" USING btree ("fire_at");--> statement-breakpoint
CREATE INDEX "workflow_timers_execution_idx" ON "workflow_timers" USING btree ("step_execution_id");--> statement-breakpoint
CREATE INDEX "workflow_workers_heartbeat_idx" ON "workflow_workers" USING btree ("heartbeat_at");