-- The same rules in one function, under the same names. Postgres reads the text of a table's checks anew for
-- every statement that writes to it: 8,100 characters, twice for each step that moves on, were a fifth of a
-- commit of a single step. A function is read once for each connection.
-- NOT VALID: rows that are there were held to the same by the checks that go. The release before writes by the
-- same rules and works on; the text of the function stands in packages/db/src/schema/step-rules.ts.
CREATE OR REPLACE FUNCTION drover_step_is_sound(status varchar, step_type varchar, completed_at timestamptz, sequence integer, worker_id uuid, error text, wait jsonb, pending_for varchar, group_id uuid, member_index integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE broken text := CASE
  WHEN NOT (status = any ('{pending,scheduled,running,waiting,succeeded,failed,canceled,skipped}'::text[])) THEN 'step_executions_status'
  WHEN NOT (step_type = any ('{machine,human,webhook,timer,gateway,group,signal,workflow}'::text[])) THEN 'step_executions_type'
  WHEN NOT ((status = any ('{pending,scheduled,running,waiting}'::text[])) = (completed_at is null) and (completed_at is null) = (sequence is null)) THEN 'step_executions_ended'
  WHEN NOT (status <> 'running' or worker_id is not null) THEN 'step_executions_owner'
  WHEN NOT (status <> 'failed' or error is not null) THEN 'step_executions_failure'
  WHEN NOT ((status = 'waiting') = (wait is not null) and (status = 'pending') = (pending_for is not null)) THEN 'step_executions_waits'
  WHEN NOT (pending_for = any ('{join,turn,pause}'::text[])) THEN 'step_executions_pending'
  WHEN NOT ((group_id is null) = (member_index is null)) THEN 'step_executions_member'
END;
BEGIN
  IF broken IS NULL THEN RETURN true; END IF;
  RAISE check_violation USING MESSAGE = 'a step execution breaks ' || broken,
    TABLE = 'workflow_step_executions', CONSTRAINT = broken;
END
$$;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ADD CONSTRAINT "step_executions_sound" CHECK (drover_step_is_sound(status, step_type, completed_at, sequence, worker_id, error, wait, pending_for, group_id, member_index)) NOT VALID;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_status";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_type";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_ended";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_owner";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_failure";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_waits";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_pending";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_member";
