-- The same rules under the same names, held by a trigger before each row. Postgres reads and plans a table's
-- checks, and the expressions of its generated columns, anew for every statement that writes to it: a ninth of
-- a commit of a single step. A trigger's function is read once for each connection.
-- No statement names the check or depends on is_item being generated, and the trigger serves the release before
-- as it does this one: that may go at once, beside processes that still run. The text of the function stands in
-- packages/db/src/schema/step-rules.ts.
CREATE OR REPLACE FUNCTION drover_hold_step_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken text;
BEGIN
  IF new.item_id IS NOT NULL THEN new.is_item := true; END IF;
  broken := CASE
    WHEN NOT (new.status = any ('{pending,scheduled,running,waiting,succeeded,failed,canceled,skipped}'::text[])) THEN 'step_executions_status'
    WHEN NOT (new.step_type = any ('{machine,human,webhook,timer,gateway,group,signal,workflow}'::text[])) THEN 'step_executions_type'
    WHEN NOT ((new.status = any ('{pending,scheduled,running,waiting}'::text[])) = (new.completed_at is null) and (new.completed_at is null) = (new.sequence is null)) THEN 'step_executions_ended'
    WHEN NOT (new.status <> 'running' or new.worker_id is not null) THEN 'step_executions_owner'
    WHEN NOT (new.status <> 'failed' or new.error is not null) THEN 'step_executions_failure'
    WHEN NOT ((new.status = 'waiting') = (new.wait is not null) and (new.status = 'pending') = (new.pending_for is not null)) THEN 'step_executions_waits'
    WHEN NOT (new.pending_for = any ('{join,turn,pause}'::text[])) THEN 'step_executions_pending'
    WHEN NOT ((new.group_id is null) = (new.member_index is null)) THEN 'step_executions_member'
  END;
  IF broken IS NULL THEN RETURN new; END IF;
  RAISE check_violation USING MESSAGE = 'a step execution breaks ' || broken,
    TABLE = 'workflow_step_executions', CONSTRAINT = broken;
END
$$;--> statement-breakpoint
CREATE TRIGGER "step_rules" BEFORE INSERT OR UPDATE ON "workflow_step_executions" FOR EACH ROW EXECUTE FUNCTION drover_hold_step_rules();--> statement-breakpoint
ALTER TABLE "workflow_step_executions" DROP CONSTRAINT "step_executions_sound";--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ALTER COLUMN "is_item" DROP EXPRESSION;--> statement-breakpoint
ALTER TABLE "workflow_step_executions" ALTER COLUMN "is_item" SET DEFAULT false;--> statement-breakpoint
DROP FUNCTION drover_step_is_sound;