import { LIVE_STEP_STATUSES, PENDING_REASONS, STEP_STATUSES, STEP_TYPES } from "@drover/engine";
import { isOneOf } from "./columns.ts";

/** What must be true of every step execution, under the names by which Postgres refuses what is not. */
const RULES = {
  step_executions_status: isOneOf("status", STEP_STATUSES),
  step_executions_type: isOneOf("step_type", STEP_TYPES),
  step_executions_ended: `(${isOneOf("status", LIVE_STEP_STATUSES)}) = (completed_at is null) and (completed_at is null) = (sequence is null)`,
  step_executions_owner: `status <> 'running' or worker_id is not null`,
  step_executions_failure: `status <> 'failed' or error is not null`,
  step_executions_waits: `(status = 'waiting') = (wait is not null) and (status = 'pending') = (pending_for is not null)`,
  step_executions_pending: isOneOf("pending_for", PENDING_REASONS),
  step_executions_member: `(group_id is null) = (member_index is null)`,
} as const;

/** The columns that the rules are about, with their types, in the order in which the function has them. */
const COLUMNS = {
  status: "varchar",
  step_type: "varchar",
  completed_at: "timestamptz",
  sequence: "integer",
  worker_id: "uuid",
  error: "text",
  wait: "jsonb",
  pending_for: "varchar",
  group_id: "uuid",
  member_index: "integer",
} as const;

/**
 * The one check of the table. Postgres reads the text of a table's checks anew for every statement that
 * writes to it; with one for each rule that was a fifth of a commit of a single step. A function is read
 * once for each connection.
 */
export const STEP_CHECK = `drover_step_is_sound(${Object.keys(COLUMNS).join(", ")})`;

/** The body of that function. What a rule makes of nothing is no violation, as with any check. */
const BODY = `
DECLARE broken text := CASE
${Object.entries(RULES)
  .map(([name, rule]) => `  WHEN NOT (${rule}) THEN '${name}'`)
  .join("\n")}
END;
BEGIN
  IF broken IS NULL THEN RETURN true; END IF;
  RAISE check_violation USING MESSAGE = 'a step execution breaks ' || broken,
    TABLE = 'workflow_step_executions', CONSTRAINT = broken;
END`;

/** What a migration says to change the rules: every connection goes by the new ones at once. */
export const STEP_RULES_FUNCTION = `CREATE OR REPLACE FUNCTION drover_step_is_sound(${Object.entries(
  COLUMNS,
)
  .map(([name, type]) => `${name} ${type}`)
  .join(", ")}) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$${BODY}
$$;`;
