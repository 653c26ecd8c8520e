-- Keys of starts in an index of those that were given. Most instances have none, and each of them was an
-- entry in the index all the same: a quarter of what a start costs Postgres.
-- No statement names the index that goes, and the new one serves whatever the release before looks up: that
-- may be dropped at once, beside processes that still run.
CREATE UNIQUE INDEX IF NOT EXISTS "workflow_instances_given_key" ON "workflow_instances" USING btree ("idempotency_key") WHERE idempotency_key is not null;--> statement-breakpoint
DROP INDEX IF EXISTS "workflow_instances_idempotency_key";
