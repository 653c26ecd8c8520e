-- Where workers that have nothing in hand offer to take the first step of the next instance. Nothing in it is a
-- fact. It is logged all the same: what is not cannot be read on a standby, and starts look here. Processes of
-- the release before neither read nor write it.
CREATE TABLE "workflow_start_offers" (
	"seat" integer PRIMARY KEY NOT NULL,
	"worker_id" uuid NOT NULL,
	"definition_ids" uuid[] NOT NULL,
	"message_form" integer NOT NULL,
	"offered_at" timestamp with time zone
);
