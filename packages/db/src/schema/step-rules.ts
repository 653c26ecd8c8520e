import { LIVE_STEP_STATUSES, PENDING_REASONS, STEP_STATUSES, STEP_TYPES } from "@drover/engine";
import { isOneOf } from "./columns.ts";

/** What must be true of every step execution, under the names by which Postgres refuses what is not. */
const RULES = {
  step_executions_status: isOneOf("new.status", STEP_STATUSES),
  step_executions_type: isOneOf("new.step_type", STEP_TYPES),
  step_executions_ended: `(${isOneOf("new.status", LIVE_STEP_STATUSES)}) = (new.completed_at is null) and (new.completed_at is null) = (new.sequence is null)`,
  step_executions_owner: `new.status <> 'running' or new.worker_id is not null`,
  step_executions_failure: `new.status <> 'failed' or new.error is not null`,
  step_executions_waits: `(new.status = 'waiting') = (new.wait is not null) and (new.status = 'pending') = (new.pending_for is not null)`,
  step_executions_pending: isOneOf("new.pending_for", PENDING_REASONS),
  step_executions_member: `(new.group_id is null) = (new.member_index is null)`,
} as const;

/**
 * The function of the trigger by which Postgres holds the rules, before each row that is written. As checks of
 * the table they would be read and planned anew for every statement that writes to it, an eighth of a commit of
 * a single step; a trigger's function is read once for each connection. What a rule makes of nothing is no
 * violation, as with any check. For the same reason `is_item` is set here and is no generated column.
 */
const BODY = `
DECLARE broken text;
BEGIN
  IF new.item_id IS NOT NULL THEN new.is_item := true; END IF;
  broken := CASE
${Object.entries(RULES)
  .map(([name, rule]) => `    WHEN NOT (${rule}) THEN '${name}'`)
  .join("\n")}
  END;
  IF broken IS NULL THEN RETURN new; END IF;
  RAISE check_violation USING MESSAGE = 'a step execution breaks ' || broken,
    TABLE = 'workflow_step_executions', CONSTRAINT = broken;
END`;

/** What a migration says to change the rules: every connection goes by the new ones at once. */
export const STEP_RULES_FUNCTION = `CREATE OR REPLACE FUNCTION drover_hold_step_rules() RETURNS trigger LANGUAGE plpgsql AS $$${BODY}
$$;`;
